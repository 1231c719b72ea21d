from __future__ import annotations

import pytest

from kg.errors import InvalidGraph, UnknownMunicipality
from kg.model import Municipality
from kg.municipalities import load
from kg.regions import central_places, table
from kg.towns import add, read_towns

NEW = Municipality("14730999", "Neuhausen an der Elbe", "Sachsen", "DED53", 4_321, 51.5, 13.0, (), "Grundzentrum")


def test_what_was_added_is_found_and_goes_before_the_table(tmp_path):
    path = tmp_path / "towns.ttl"
    add(path, NEW)
    add(path, Municipality("08421000", "Ulm", "Baden-Württemberg", "DE144", 130_000))
    gazetteer = load(path)
    assert gazetteer.find("Neuhausen an der Elbe") == NEW
    assert gazetteer.find("Ulm").population == 130_000
    assert load().find("Ulm").population != 130_000
    assert load().get(NEW.ags) is None


def test_adding_again_replaces(tmp_path):
    path = tmp_path / "towns.ttl"
    add(path, NEW)
    add(path, Municipality(NEW.ags, "Neuhausen", "Sachsen"))
    assert [town.name for town in read_towns(path.read_bytes(), "t").values()] == ["Neuhausen"]


def test_a_malformed_key_changes_nothing(tmp_path):
    path = tmp_path / "towns.ttl"
    add(path, NEW)
    before = path.read_bytes()
    with pytest.raises(UnknownMunicipality, match="17999999"):
        add(path, Municipality("17999999", "Nirgends", "Sachsen"))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"<http://x/a> <http://purl.org/dc/terms/identifier> .", "line 1"),
        (b'<http://x/a> <http://purl.org/dc/terms/identifier> "14730310" .', "rdfs:label"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, said):
    path = tmp_path / "towns.ttl"
    path.write_bytes(text)
    with pytest.raises(InvalidGraph, match=said):
        add(path, NEW)
    assert path.read_bytes() == text


def test_torgau_is_a_mittelzentrum():
    assert load().find("Torgau").central_place == "Mittelzentrum"


def test_a_term_of_ours_that_does_not_exist_is_refused_with_its_line():
    text = b"@prefix insek: <https://w3id.org/insek/def#> .\n<http://x/a> insek:populaton 5 .\n"
    with pytest.raises(InvalidGraph, match=r"towns\.ttl line 2: .*populaton"):
        read_towns(text, "towns.ttl")


def test_a_malformed_nuts_code_is_refused_with_the_reason(tmp_path):
    path = tmp_path / "towns.ttl"
    for wrong in ("XX", "DED5", "ded53", "DE407", ""):
        with pytest.raises(UnknownMunicipality, match="not a NUTS-3 code of Sachsen: DED and two"):
            add(path, Municipality(NEW.ags, "Neuhausen", "Sachsen", wrong))
    assert not path.exists()


def test_what_was_not_stated_comes_from_the_tables(tmp_path):
    path = tmp_path / "towns.ttl"
    add(path, Municipality("08421000", "Ulm", "Baden-Württemberg", population=130_000))
    ulm = load(path).find("Ulm")
    assert (ulm.population, ulm.nuts3, ulm.central_place) == (130_000, "DE144", "Oberzentrum")


def test_ranks_name_known_towns_and_the_plan_that_gives_them():
    towns, ranks = load(), {"Metropole", "Oberzentrum", "Mittelzentrum"}
    found = central_places()
    assert len(found) > 200
    assert {rank for rank, _ in found.values()} == ranks
    for ags, name, rank, source in table("central-places.tsv"):
        town = towns.get(ags)
        assert town is not None
        assert (town.name, town.central_place, town.central_place_source) == (name, rank, source)
        assert source.startswith("Landes")


@pytest.mark.parametrize("state", ["Sachsen", "Brandenburg"])
def test_ober_and_mittelzentren_of_two_laender_are_filled(state):
    towns = load()
    ranks = [town.central_place for ags in central_places() if (town := towns.get(ags)) and town.state == state]
    assert ranks.count("Oberzentrum") >= 4
    assert ranks.count("Mittelzentrum") >= 40
