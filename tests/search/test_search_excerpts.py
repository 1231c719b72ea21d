"""Passages beside the items: which there are, and what they are found as."""

import pytest

from ingest import extract, readers
from ingest.sources import SourceRequest, describe
from kg.model import Document, Entry, Evidence, Kind, Measure, Municipality, Page, Passage, Place, Plan, Role, Source
from kg.settings import Settings
from search_app.search import catalog_file, index
from search_app.search.encoder import load
from search_app.search.engine import Engine
from search_app.search.excerpts import excerpts
from search_app.search.filters import Filters

TOWN = Municipality("03254026", "Nordstemmen", "Niedersachsen")
HEADING = "1. Sanierung der Turnhalle"
BELOW = "Das Dach ist undicht, und die Umkleiden sind seit vierzig Jahren nicht erneuert worden."
ELSEWHERE = "Die Einwohnerzahl ging bis 2015 zurück und steigt seither wieder, vor allem durch Zuzug aus Hildesheim."


def document_of(*texts):
    """A document of one page: (text, role, headings) each on a line."""
    text = "\n".join(text for text, _, _ in texts)
    places = [Place(1, text.index(one), text.index(one) + len(one)) for one, _, _ in texts]
    passages = tuple(
        Passage(f"p{number}", "document-1", one, one, places[number], role, headings)
        for number, (one, role, headings) in enumerate(texts)
    )
    source = Source("document-1", TOWN.ags, "Plan", "plan.txt", "text/plain", "0" * 64, "2026-11-01")
    return Document("document-1", source, "de", (Page(1, text),), passages)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    document = document_of(
        (HEADING, Role.HEADING, ()),
        (BELOW, Role.BODY, (HEADING,)),
        ("2. Ausgangslage", Role.HEADING, ()),
        (ELSEWHERE, Role.BODY, ("2. Ausgangslage",)),
        ("17 24 31", Role.CELL, ("3. Einwohnerzahlen",)),
    )
    evidence = Evidence("document-1", 1, 0, len(HEADING), HEADING)
    measure = Measure(id="measure-1", plan_id="plan-1", label="Sanierung der Turnhalle", evidence=(evidence,))
    plan = Plan("plan-1", TOWN.ags, "Plan", ("document-1",), measures=(measure,))
    found = list(excerpts(document, plan))
    entries = [Entry(measure, Kind.MEASURE, TOWN, "Plan", "document-1")]
    entries += [Entry(one, Kind.PASSAGE, TOWN, "Plan", "document-1") for one in found]
    directory = tmp_path_factory.mktemp("excerpts")
    catalog_file.write(directory, entries)
    index.build(directory, entries, load("builtin:e5-small", light=True))
    return document, found, Engine(directory, load("builtin:e5-small", light=True))


def test_passages_beside_items_are_taken_and_know_their_item(written):
    document, found, _ = written
    assert [(one.description, one.part_of) for one in found] == [(BELOW, "measure-1"), (ELSEWHERE, None)]
    assert all(evidence.stands_in(document) for one in found for evidence in one.evidence)


def test_a_passage_under_an_items_heading_counts_for_the_item(written):
    _, _, engine = written
    for filters in (Filters(), Filters(kinds=(Kind.MEASURE,))):
        first = engine.search("undichtes Dach", filters).hits[0]
        assert first.entry.item.id == "measure-1"
        assert [evidence.quote for evidence in first.passage] == [BELOW]
        assert first.why.matched == ("undicht", "Dach") or set(first.why.matched) == {"Dach", "undicht"}
    assert "measure-1" not in {hit.entry.item.id for hit in engine.search("Dach -Turnhalle").hits}


def test_other_passages_are_found_as_such_and_never_listed(written):
    _, _, engine = written
    first = engine.search("Zuzug aus Hildesheim").hits[0]
    assert (first.entry.kind, first.entry.item.description) == (Kind.PASSAGE, ELSEWHERE)
    assert engine.search("Zuzug aus Hildesheim", Filters(kinds=(Kind.MEASURE,))).hits[:1] != (first,)
    assert [hit.entry.kind for hit in engine.search("").hits] == [Kind.MEASURE]
    assert [entry.kind for entry in engine.catalog.entries()] == [Kind.MEASURE]
    assert engine.catalog.facets(Filters()).get("kind")[0].count == 1


def test_a_document_without_a_recognised_layout_can_be_searched(corpus, tmp_path):
    path = corpus / "pdf" / "nordstemmen_beschlussvorlage_radverkehrskonzept_2021.pdf"
    settings = Settings()
    document, _ = readers.read(path, describe(SourceRequest(str(path)), path, TOWN.ags), settings)
    plan, _ = extract.extract_plan(document, TOWN)
    assert (plan.goals, plan.measures) == ((), ())
    entries = [Entry(one, Kind.PASSAGE, TOWN, plan.title, document.id) for one in excerpts(document, plan)]
    assert len({entry.item.id for entry in entries}) == len(entries) > 5
    assert all(evidence.stands_in(document) for entry in entries for evidence in entry.item.evidence)
    catalog_file.write(tmp_path, entries)
    index.build(tmp_path, entries, load("builtin:e5-small", light=True))
    first = Engine(tmp_path, load("builtin:e5-small", light=True)).search("Lastenräder und Pedelecs").hits[0]
    assert "Lastenrädern" in first.entry.item.description
    assert first.passage[0].stands_in(document)
