"""The catalogue over made-up entries: filters, paging, facets, counts."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import IndexMismatch, NotFound, NotPublished
from kg.model import Alignment, Entry, Goal, Kind, LinkMethod, Measure, Municipality, PlanningArea, Scheme, Stated
from search_app.search import catalog, catalog_file, stored
from search_app.search.filters import Filters, size_class, terms_of, years_of

TOWNS = (
    Municipality("14730310", "Torgau", "Sachsen", population=20_065),
    Municipality("12062224", "Herzberg (Elster)", "Brandenburg", population=9_000),
)
SDG = "http://metadata.un.org/sdg/11"


def entry(number, town, kind, aligned):
    name = f"{kind.value}-{number:012x}"
    plan = f"plan-{town:012x}"
    if kind is Kind.GOAL:
        item = Goal(id=name, plan_id=plan, label=f"Ziel {number}", area_ids=("area-0",)[town:])
    else:
        period = Stated("2024 bis 2026")
        item = Measure(id=name, plan_id=plan, label=f"Maßnahme {number}", period=period, goal_ids=(f"goal-{0:012x}",))
    links = (Alignment(name, SDG, Scheme.SDG, "11", LinkMethod.STATED, "1", 1.0, accepted=aligned),)
    return Entry(item, kind, TOWNS[town], "Plan", f"document-{town:012x}", links)


AREA = Entry(
    PlanningArea(id="area-0", plan_id=f"plan-{0:012x}", label="Altstadt"), Kind.AREA, TOWNS[0], "Plan", "document-0"
)
ENTRIES = [AREA] + [
    entry(number, number % 2, Kind.GOAL if number < 6 else Kind.MEASURE, aligned=number % 3 == 0)
    for number in (*range(0, 12, 2), *range(1, 12, 2))
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    directory = tmp_path_factory.mktemp("catalog")
    catalog_file.write(directory, iter(ENTRIES))
    return catalog.Catalog(directory)


@pytest.mark.parametrize("one", ENTRIES)
def test_an_entry_survives_storage(one):
    assert stored.restore(stored.dump(one)) == one


def test_entries_are_found_by_id(opened):
    assert opened.get("area-0") == AREA
    with pytest.raises(NotFound):
        opened.get("goal-ffffffffffff")


FILTERS = st.builds(
    Filters,
    municipalities=st.sampled_from([(), ("14730310",), ("14730310", "12062224"), ("00000001",)]),
    kinds=st.sampled_from([(), (Kind.GOAL,), (Kind.GOAL, Kind.MEASURE)]),
    concepts=st.sampled_from([(), (SDG,)]),
    years=st.sampled_from([(), (2025,), (2030,)]),
    areas=st.sampled_from([(), ("ALTSTADT",)]),
    sizes=st.sampled_from([(), ("small",)]),
    excluded_municipalities=st.sampled_from([(), ("14730310",)]),
)


@given(FILTERS, st.integers(0, 14), st.integers(1, 14))
@settings(max_examples=60, deadline=None)
def test_filters_mean_what_their_terms_say(opened, filters, offset, limit):
    def passes(one):
        terms = set(terms_of(one, ("Altstadt",) if isinstance(one.item, Goal) and one.item.area_ids else ()))
        return all(terms & set(group) for group in filters.groups()) and not terms & set(filters.excluded())

    expected = [one for one in ENTRIES if passes(one)]
    found, total = opened.select(filters, offset, limit)
    assert total == len(expected) == opened.count(filters)
    assert list(found) == expected[offset : offset + limit]


def test_facets_count_under_the_other_filters(opened):
    facets = opened.facets(Filters(kinds=(Kind.GOAL,), municipalities=("14730310",)))
    assert {facet.value: facet.count for facet in facets["kind"]} == {"goal": 3, "measure": 3, "area": 1}
    assert {facet.value: facet.count for facet in facets["town"]} == {"14730310": 3, "12062224": 3}


def test_concepts_are_counted_by_town(opened):
    assert opened.tally.by_town() == {("14730310", SDG): 2, ("12062224", SDG): 2}
    assert opened.tally.by_town(towns=("14730310",)) == {("14730310", SDG): 2}
    assert opened.tally.by_concept() == {SDG: 4}
    counted = {(ags, kind): count for (ags, kind), count in opened.tally.by_kind().items()}
    towns = {entry.municipality.ags for entry in opened.entries()}
    assert counted == {
        (ags, kind): count
        for ags in towns
        for kind in Kind
        if (count := opened.count(Filters(municipalities=(ags,), kinds=(kind,))))
    }


def test_children_name_their_parent(opened):
    assert {one.item.id for one in opened.children(f"goal-{0:012x}")} == {
        one.item.id for one in ENTRIES if one.kind is Kind.MEASURE and one.municipality == TOWNS[0]
    }


def test_towns_are_listed_by_name(opened):
    assert [town.name for town in opened.municipalities()] == ["Herzberg (Elster)", "Torgau"]


def test_nothing_published_and_another_version(tmp_path):
    with pytest.raises(NotPublished):
        catalog.Catalog(tmp_path)
    catalog_file.write(tmp_path, ENTRIES)
    with sqlite3.connect(tmp_path / catalog.FILE) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'version'")
    with pytest.raises(IndexMismatch, match="rebuild"):
        catalog.Catalog(tmp_path)


@pytest.mark.parametrize(
    ("people", "name"), [(None, None), (3_000, "village"), (20_000, "medium"), (600_000, "metropolis")]
)
def test_size_classes(people, name):
    assert size_class(people) == name


@pytest.mark.parametrize(
    ("text", "years"),
    [("2024-2026", (2024, 2025, 2026)), ("ab 2025", (2025,)), ("kurzfristig", ()), ("1900-2030", (1900, 2030))],
)
def test_years_of_a_period(text, years):
    assert years_of(Stated(text)) == years
