"""Before publishing, each document's graph is checked; one that breaks a rule stays out, and says why and where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from ingest.extract import corrections as values
from ingest.outcome import Status
from ingest.sources import expand
from kg.errors import InvalidGraph
from kg.from_rdf import read_changes, read_document
from kg.ids import iri_path, make_id
from kg.mapping import corrections as reviews
from kg.model import Document, Evidence, Goal, Municipality, Page, Plan, Review
from kg.model import Source as DocumentSource
from kg.serial import to_json
from kg.settings import Settings
from kg.store.oxigraph import open_read_only
from kg.terms import to_rdflib
from search_app.services import generation, graphs
from search_app.services.build import build, remove, revise
from search_app.services.corrections import Corrections
from search_app.services.generation import Generation
from search_app.services.progress import Silent

TORGAU = Municipality("14730310", "Torgau", "Sachsen", "DED53", 19_768)
TEXT = "Ziel 1: Mehr Grün in der Stadt"


def goal(document: str, **changes: object) -> Goal:
    plan = make_id("plan", document)
    evidence = (Evidence(document, 2, 0, len(TEXT), TEXT),)
    return replace(Goal(id=make_id("goal", plan), plan_id=plan, label="Mehr Grün", evidence=evidence), **changes)


def source(folder: Path, name: str, **changes: object) -> graphs.Source:
    """A document with one goal, as it lies in a generation in the making."""
    identifier = make_id("document", name)
    about = DocumentSource(identifier, TORGAU.ags, name, f"{name}.txt", "text/plain", "0" * 64, "2026-01-01")
    document = Document(identifier, about, "de", (Page(1, ""), Page(2, TEXT)), ())
    made = Plan(make_id("plan", identifier), TORGAU.ags, name, (identifier,), goals=(goal(identifier, **changes),))
    files = {"document": document, "plan": made, "links": ()}
    for kind, value in files.items():
        (folder / f"{name}.{kind}").write_bytes(to_json(value))
    document_file, plan_file, links = (folder / f"{name}.{kind}" for kind in files)
    made_of = (document_file, plan_file, plan_file, links, (), (), TORGAU)
    return graphs.Source(name, *made_of, "https://example.org/", folder / f"{name}.nq")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_rule_that_is_broken_is_told_with_item_and_page(tmp_path, jobs):
    good, bad = source(tmp_path, "good"), source(tmp_path, "bad", topic_id=make_id("topic", "none"))
    found = dict(graphs.make([good, bad], Settings(workspace=tmp_path, jobs=jobs)))
    assert found[0] == ()
    assert good.kept.read_bytes().count(b"<https://example.org/id/document/") > 20
    [issue] = found[1]
    told = ("Mehr Grün: A goal", "topic of the plan. – Ein Ziel", "einem Thema des Plans. (rule Goal-topic)")
    assert all(part in issue.message for part in told)
    assert issue.page == 2
    assert not bad.kept.exists()


def test_a_quote_that_does_not_stand_on_its_page_keeps_its_document_out(tmp_path):
    bad = source(tmp_path, "bad", evidence=(Evidence(make_id("document", "bad"), 1, 0, len(TEXT), TEXT),))
    [(_, [issue])] = graphs.make([bad], Settings(workspace=tmp_path))
    assert "does not stand on page 1" in issue.message


def test_what_did_not_change_is_not_checked_again(settings, plan_file, tmp_path):
    kept = settings.workspace / "cache" / "graphs"
    build(expand([str(plan_file)]), settings, Silent())
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert len(before) == 1
    other = tmp_path / "other.txt"
    other.write_text(plan_file.read_text(encoding="utf-8").replace("Fluss", "Bach"), encoding="utf-8")
    build(expand([str(other)]), settings, Silent())
    after = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert len(after) == 2
    assert before.items() <= after.items()


def _spoil(settings: Settings) -> None:
    """A district code that is none, for Torgau, in the workspace's own list of towns."""
    (settings.workspace / "towns.ttl").write_text(
        "@prefix insek: <https://w3id.org/insek/def#> .\n"
        "<https://w3id.org/insek/id/municipality/14730310> <http://purl.org/dc/terms/identifier> '14730310' ;\n"
        "    <http://www.w3.org/2000/01/rdf-schema#label> 'Torgau' ; insek:nuts3 'D-Sachsen' .\n",
        encoding="utf-8",
    )


def test_the_others_are_published_and_what_was_there_before_stays(settings, plan_file, tmp_path):
    first = build(expand([str(plan_file)]), settings, Silent())
    remove([first.sources[0].published.document_id], settings, Silent())
    _spoil(settings)
    other = tmp_path / "herzberg.txt"
    other.write_text(plan_file.read_text(encoding="utf-8").replace("Torgau", "Herzberg (Elster)"), encoding="utf-8")
    report = build(expand([str(plan_file), str(other)]), settings, Silent())
    assert [source.status for source in report.sources] == [Status.FAILED, Status.PUBLISHED]
    assert "NUTS 3 code begins with DE" in report.sources[0].issues[0].message
    names = {graph.value for graph in open_read_only(report.generation.store).named_graphs()}
    assert not any(first.sources[0].published.document_id.rpartition("-")[2] in name for name in names)
    again = build(expand([str(plan_file)]), settings, Silent())
    assert again.generation.manifest == report.generation.manifest
    assert not again.changed


def _statements(generation: Generation) -> dict[str, set[ox.Quad]]:
    store = open_read_only(generation.store)
    return {name.value: set(store.quads_for_pattern(None, None, None, name)) for name in store.named_graphs()}


@pytest.mark.parametrize("new_program", [False, True], ids=["same program", "new program"])
def test_a_published_document_that_breaks_a_rule_now_stays_as_it_was(settings, plan_file, tmp_path, new_program):
    before = build(expand([str(plan_file)]), settings, Silent()).generation
    graphs_before = _statements(before)
    _spoil(settings)
    if new_program:
        manifest = before.directory / "manifest.json"
        manifest.write_text(manifest.read_text().replace(before.manifest.program, "0" * 32))
    other = tmp_path / "herzberg.txt"
    other.write_text(plan_file.read_text(encoding="utf-8").replace("Torgau", "Herzberg (Elster)"), encoding="utf-8")
    report = build(expand([str(other)]), settings, Silent())
    assert [source.status for source in report.sources] == [Status.PUBLISHED]
    [remark] = report.remarks
    assert "breaks a rule now" in remark.message
    assert "NUTS 3 code begins with DE" in remark.message
    after = _statements(report.generation)
    towns = settings.base_iri + "graph/municipalities"
    published = settings.base_iri + iri_path(before.manifest.documents[0].document_id)
    assert after[published] == graphs_before[published]
    assert graphs_before[towns] < after[towns]
    assert len(after) == len(graphs_before) + 1
    assert sum(map(len, after.values())) == report.generation.manifest.triples
    old, new = report.generation.manifest.documents
    remaining = remove([new.document_id], settings, Silent())
    assert len(remaining.remarks) == 1
    assert _statements(remaining.generation)[settings.base_iri + iri_path(old.document_id)]


def test_a_correction_that_breaks_a_rule_is_refused_with_advice(settings, plan_file):
    before = build(expand([str(plan_file)]), settings, Silent()).generation
    measure = before.plan(before.manifest.documents[0].document_id).measures[0]
    _spoil(settings)
    made = values.Correction(measure.id, "label", "Radwege am Ufer", "Bauamt", "2026-11-22")
    with pytest.raises(InvalidGraph, match="insek remove document-"):
        revise(Corrections((made,)), settings, Silent())
    assert generation.current(settings.workspace).manifest == before.manifest


def test_corrections_stand_in_the_graph_with_author_date_and_what_was_before(settings, plan_file):
    first = build(expand([str(plan_file)]), settings, Silent()).generation
    document = first.manifest.documents[0].document_id
    measure = first.plan(document).measures[0]
    said = [("Radwege am Fluss", "2026-11-20"), ("Radwege am Ufer", "2026-11-21")]
    words = tuple(values.Correction(measure.id, "label", after, "Bauamt", date) for after, date in said)
    review = reviews.Correction(measure.id, "http://metadata.un.org/sdg/11.2", Review.CONFIRMED, "Bauamt", "2026-11-22")
    report = revise(Corrections(words, (review,)), settings, Silent())
    store = open_read_only(report.generation.store)
    iri = settings.base_iri + iri_path(document)
    graph = rdflib.Graph(identifier=iri)
    for quad in store.quads_for_pattern(None, None, None, None):
        if iri in str(quad.graph_name) or "municipalities" in str(quad.graph_name):
            graph.add(to_rdflib(quad.triple))
    changes = read_changes(graph)
    assert [(change.before, change.after) for change in changes[:2]] == [
        (measure.label, "Radwege am Fluss"),
        ("Radwege am Fluss", "Radwege am Ufer"),
    ]
    assert (changes[2].after, changes[2].concept) == ("confirmed", review.concept)
    assert {(change.item_id, change.author) for change in changes} == {(measure.id, "Bauamt")}
    plan, links, _, _ = read_document(graph, settings.base_iri)
    assert plan.measures[0].label == "Radwege am Ufer"
    assert any(link.review is Review.CONFIRMED for link in links)
