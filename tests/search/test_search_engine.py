"""The engine over the labelled items, with the built-in encoder."""

import pytest

from kg.errors import IndexMismatch, InvalidRequest
from kg.model import Kind
from search_app.search import catalog_file, index, labelled
from search_app.search.encoder import load
from search_app.search.engine import Engine
from search_app.search.filters import Filters

TORGAU = Filters(municipalities=("14730310",), kinds=(Kind.GOAL,))


@pytest.fixture(scope="session")
def torgau(corpus, tmp_path_factory):
    found = labelled.entries(corpus / "labels")
    entries = [entry for key, entry in found.items() if key.startswith(("torgau", "herzberg"))]
    directory = tmp_path_factory.mktemp("torgau")
    catalog_file.write(directory, entries)
    index.build(directory, entries, load("builtin:e5-small", light=True))
    return Engine(directory, load("builtin:e5-small", light=True))


def labels(result):
    return [hit.entry.item.label for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Kita", "Kinderbetreuungseinrichtungen"),
        ("Gruenflaechen", "grün-blauer Infrastruktur"),
        ("Grunflachen", "grün-blauer Infrastruktur"),
        ("Blühwiesen für Bienen", "Förderung der Arten- und Biotopvielfalt"),
        ("Konzept für den Radverkehr", "Rad- und Fußwegenetz"),
        ("Kinderbetreung", "Kinderbetreuungseinrichtungen"),
        ("Feurwehr", "Katastrophenschutz"),
        ("EHZK", "Nahversorgung"),
    ],
)
def test_finds_the_goal_in_other_words(torgau, query, expected):
    found = labels(torgau.search(query, TORGAU, 3))
    assert any(expected in label for label in found), found


def test_filters_apply_inside_the_search(torgau):
    result = torgau.search("Vernetzung", Filters(municipalities=("12062224",)), 50)
    assert {hit.entry.municipality.name for hit in result.hits} == {"Herzberg (Elster)"}
    assert 1 <= result.total <= 6


def test_phrase_and_exclusion(torgau):
    phrase = torgau.search('"kommunale Wärmeplanung"', TORGAU, 50)
    assert phrase.total == 2
    without = torgau.search("Wärmeplanung -Klimaschutzkonzept", TORGAU, 50)
    assert all("Klimaschutzkonzept" not in hit.entry.item.description for hit in without.hits)
    assert without.total > 0


def test_prefix_finds_words_that_begin_so(torgau):
    best = torgau.search("Lärmak*", TORGAU, 1).hits[0]
    assert "Lärmaktionsplanes" in best.why.matched


def test_blank_query_browses_in_stable_order(torgau):
    first = torgau.search("  ", TORGAU, 10)
    second = torgau.search("", TORGAU, 10, offset=10)
    assert first.total == second.total == 45
    assert not {hit.entry.item.id for hit in first.hits} & {hit.entry.item.id for hit in second.hits}


@pytest.mark.parametrize("query", ["???", "und die der", "\x00\x01", "- -", '""'])
def test_nothing_asked_finds_nothing(torgau, query):
    assert torgau.search(query).total == 0


@pytest.mark.parametrize("query", ["x" * 100_000, "зелёные насаждения", "-Verkehr"])
def test_strange_queries_answer(torgau, query):
    assert torgau.search(query, k=3).hits


@pytest.mark.parametrize(("k", "offset"), [(0, 0), (-1, 0), (1_000_000, 0), (5, -1)])
def test_impossible_pages_are_refused(torgau, k, offset):
    with pytest.raises(InvalidRequest):
        torgau.search("Kita", k=k, offset=offset)


def test_unknown_filter_values_give_an_empty_result(torgau):
    assert torgau.search("Kita", Filters(municipalities=("99999999",))).total == 0


def test_an_index_is_not_used_with_another_encoder(torgau):
    with pytest.raises(IndexMismatch, match="rebuild"):
        Engine(torgau.directory, load("dummy"))


def test_why_names_words_and_sentence(torgau):
    hit = torgau.search("Ausbau Radwege", TORGAU, 1).hits[0]
    assert "Rad" in hit.why.matched
    assert hit.why.sentence
    assert hit.why.lexical_rank
    assert hit.why.dense_rank


def test_facets_count_what_the_question_finds(torgau):
    found = torgau.search("Radwege", k=1_000)
    kinds = {facet.value: facet.count for facet in torgau.facets("Radwege", Filters())["kind"]}
    listed = [hit.entry.kind.value for hit in found.hits]
    assert sum(kinds.values()) == len(listed) + sum(len(hit.duplicates) for hit in found.hits)
    assert {kind: listed.count(kind) for kind in kinds}.keys() == set(listed)
    narrowed = {facet.value: facet.count for facet in torgau.facets("Radwege", Filters(kinds=(Kind.GOAL,)))["kind"]}
    assert narrowed == kinds
    assert not any(torgau.facets("???", Filters()).values())
