"""An index changed by a document answers as one that is written anew."""

import pytest

from kg.model import Alignment, Entry, Excerpt, Goal, Kind, LinkMethod, Measure, Municipality, Scheme
from search_app.search import catalog_file, index, vectors
from search_app.search.catalog import Catalog
from search_app.search.catalog_file import Change
from search_app.search.encoder import load
from search_app.search.engine import Engine
from search_app.search.filters import Filters

TOWN = Municipality("14730310", "Torgau", "Sachsen", population=20_000)
SDG = "http://metadata.un.org/sdg/11"
TEXTS = ("Ausbau der Radwege", "Sanierung der Grundschule", "Blühwiesen für Bienen", "Bau einer Turnhalle")


def document(number, texts=TEXTS):
    """The entries of one document: a goal, its measures and a passage below the first."""
    plan, name = f"plan-{number:012x}", f"document-{number:012x}"
    goal = Goal(id=f"goal-{number:012x}", plan_id=plan, label=f"Ziel {number}")
    yield Entry(goal, Kind.GOAL, TOWN, "Plan", name)
    for place, text in enumerate(texts):
        key = f"measure-{number:06x}{place:06x}"
        link = Alignment(key, SDG, Scheme.SDG, "11", LinkMethod.STATED, "1", 1.0, accepted=place == 0)
        measure = Measure(id=key, plan_id=plan, label=f"{text} {number}", goal_ids=(goal.id,))
        yield Entry(measure, Kind.MEASURE, TOWN, "Plan", name, (link,))
    first = f"measure-{number:06x}{0:06x}"
    text = f"Lückenschluss am Flussufer im Abschnitt {number}"
    excerpt = Excerpt(id=f"passage-{number:012x}", plan_id=plan, label="Wege", description=text, part_of=first)
    yield Entry(excerpt, Kind.PASSAGE, TOWN, "Plan", name)


def published(directory, documents, previous=None, change=None):
    directory.mkdir()
    entries = [entry for one in documents for entry in one]
    catalog_file.write(directory, entries, municipalities=[TOWN], change=change)
    index.build(directory, entries, load("dummy"), previous, change=change)
    return Engine(directory, load("dummy"))


@pytest.mark.parametrize("exact_units", [100_000, 10])
def test_a_changed_index_answers_as_one_written_anew(tmp_path, monkeypatch, exact_units):
    monkeypatch.setattr(vectors, "EXACT_UNITS", exact_units)
    before = published(tmp_path / "before", [document(1), document(2), document(3)])
    changed = list(document(2, ("Neubau der Brücke",)))
    change = Change(tmp_path / "before", (f"document-{2:012x}",), (f"plan-{2:012x}",))
    after = published(tmp_path / "after", [changed, document(4)], tmp_path / "before", change)
    anew = published(tmp_path / "anew", [document(1), document(3), changed, document(4)])

    assert [entry.item.id for entry in after.catalog.entries()] == [entry.item.id for entry in anew.catalog.entries()]
    assert (after.catalog.size, after.catalog.removed) == (anew.catalog.size, 6)
    assert after.catalog.facets(Filters()) == anew.catalog.facets(Filters())
    assert after.catalog.tally.by_kind() == anew.catalog.tally.by_kind()
    assert after.catalog.tally.by_concept() == anew.catalog.tally.by_concept()
    for query in ("Brücke", "Grundschule 2", "Flussufer Abschnitt 2", "Radwege -Brücke", '"Ziel 4"', "Turn*"):
        ids = [{hit.entry.item.id for hit in engine.search(query, k=100).hits} for engine in (after, anew)]
        assert ids[0] == ids[1], query
    assert not any(
        "000002" in hit.entry.item.id and "Grundschule" in hit.entry.item.label
        for hit in after.search("Grundschule", k=100).hits
    )
    assert "Sanierung der Grundschule 2" in {hit.entry.item.label for hit in before.search("Grundschule 2").hits}


def test_nothing_of_unchanged_documents_is_written_again(tmp_path, monkeypatch):
    published(tmp_path / "before", [document(number) for number in range(5)])
    monkeypatch.setattr(
        index,
        "embed",
        lambda texts, encoder: (
            pytest.fail("embedded again") if len(texts) > 6 else (encoder.encode_documents(texts), [])
        ),
    )
    after = published(tmp_path / "after", [document(9)], tmp_path / "before", Change(tmp_path / "before"))
    shared = {path.stat().st_ino for path in (tmp_path / "before" / "index" / "lexical").iterdir()}
    kept = [path for path in (tmp_path / "after" / "index" / "lexical").iterdir() if path.stat().st_ino in shared]
    assert {".store", ".term", ".idx", ".pos"} <= {path.suffix for path in kept}, sorted(kept)
    assert "Bau einer Turnhalle 9" in {hit.entry.item.label for hit in after.search("Turnhalle").hits}
    again = Change(tmp_path / "after", (f"document-{9:012x}",), (f"plan-{9:012x}",))
    last = published(tmp_path / "last", [], tmp_path / "after", again)
    assert Catalog(tmp_path / "last").size == 25
    assert all("9" not in hit.entry.item.label for hit in last.search("Turnhalle", k=50).hits)
