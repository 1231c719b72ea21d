import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.extract import extract_plan
from ingest.readers import read
from kg.model import Municipality, Source
from kg.settings import Settings

TOWN = Municipality("14730310", "Musterstadt", "Sachsen")
LINES = [
    "1. Ausbau der Wege",
    "u. a. Bau; Pflege",
    "Gesamtstadt",
    "Maßnahmen",
    "- Bau eines Parks am Fluss",
    "Träger: Stadt",
    "M 1 Park",
    "Ziel:",
    "Wer?",
    "| a | b |",
    "| --- | --- |",
    "PG I: Ost",
    "Gesamt 1 2",
    "",
    "[",
    ";",
    "„",
    "3.",
    "Leitziel 1: Grün",
]
KINDS = ["text/plain", "text/markdown"]


def _extracted(text, kind="text/markdown"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan"
        path.write_text(text, encoding="utf-8")
        source = Source("document-1", TOWN.ags, "plan", str(path), kind, "0", "2026-01-01")
        document, _ = read(path, source, Settings(ocr="off"))
    return document, *extract_plan(document, TOWN)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=25).filter(any),
    st.sampled_from(["text/plain", "text/markdown"]),
)
def test_any_arrangement_of_lines_gives_a_plan_whose_evidence_stands(lines, kind):
    document, plan, _ = _extracted("\n".join(lines), kind)
    assert all(item.evidence for item in plan.items())
    assert all(quote.stands_in(document) for item in plan.items() for quote in item.evidence)
    assert len({item.id for item in plan.items()}) == len(plan.items())


def test_a_text_without_goals_says_which_layout_is_nearest():
    _, plan, issues = _extracted("Kosten: 3 Euro\n\nDas ist alles, was hier steht.\n", "text/plain")
    assert not plan.measures
    assert "nearest layout measure sheets" in issues[-1].message


def test_identifiers_stay_the_same_across_rebuilds():
    text = "# Maßnahmen\n\n- Bau eines Parks am Fluss\n- Ausbau der Radwege\n"
    assert [item.id for item in _extracted(text)[1].items()] == [item.id for item in _extracted(text)[1].items()]
