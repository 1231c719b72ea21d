import json

PAGE = """<!doctype html><html lang="de"><head><title>INSEK</title></head><body>
<nav><a href="#c">Skip to content</a></nav><main><h1>INSEK 2030</h1><p>Alle Maßnahmen werden gebündelt.</p>
<nav class="doc-toc"><ol><li><a class="doc-toc__link active">Wohnen</a></li></ol></nav>
<div class="chapter"><h2 class="chapter-title">Wohnen und Stadtbild</h2>
<section class="paragraph" id="paragraph-1-1"><div class="paragraph__content"><h3>4.1 Sanierung der Altstadt</h3>
<div class="ck-content"><p>Die Gebäude werden saniert.</p><ul><li>Dächer</li></ul></div></div>
<div class="paragraph__actions"><a class="btn">3 Comments</a></div></section>
<section class="paragraph" id="paragraph-1-2"><div class="paragraph__content"><h3>4.2 Umbau des Bahnhofs</h3>
<p>Der Bahnhof wird umgebaut.</p></div></section></div></main><footer>Impressum</footer></body></html>"""

SWOT = """Schwächen und Handlungsbedarf

3.1 Sicherung der Schulen

Die Schulen sind in schlechtem Zustand.

3.2 Ausbau der Radwege

Radwege fehlen fast überall.
"""


def test_text_of_a_page_with_furniture(corpus, extracted):
    labels = json.loads((corpus / "labels/herzberg.json").read_text(encoding="utf-8"))
    _, plan = extracted(next((corpus / "seeds").glob("000*.txt")), "Herzberg (Elster)")
    assert [topic.label for topic in plan.topics] == [labels["chapter"]["title"]]
    assert not plan.goals
    found = [(measure.number, measure.label, measure.description) for measure in plan.measures]
    assert found == [(m["number"], m["title"], m["description"]) for m in labels["measures"]]


def test_the_same_layout_as_a_web_page(tmp_path, extracted):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    _, plan = extracted(path)
    assert [(m.number, m.label) for m in plan.measures] == [
        ("4.1", "Sanierung der Altstadt"),
        ("4.2", "Umbau des Bahnhofs"),
    ]
    assert plan.measures[0].description == "Die Gebäude werden saniert.\nDächer"
    assert [topic.label for topic in plan.topics] == ["Wohnen und Stadtbild"]


def test_needs_of_an_analysis_are_no_measures(tmp_path, extracted):
    path = tmp_path / "swot.txt"
    path.write_text(SWOT, encoding="utf-8")
    assert not extracted(path)[1].measures
