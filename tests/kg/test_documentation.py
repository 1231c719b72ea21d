from __future__ import annotations

import pytest

from kg.documentation import build, scheme_page
from kg.vocabulary import concepts


@pytest.mark.parametrize(("name", "count"), [("sdg", 186), ("smart-city", 6), ("leipzig-charter", 13), ("topics", 24)])
def test_a_scheme_page_shows_every_concept(name, count):
    assert scheme_page(name).count("<tr id=") == count


def test_targets_stand_in_their_order():
    page = scheme_page("sdg")
    places = [page.index(f'id="{code}"') for code in ("2", "2.1", "2.a", "11", "11.2", "11.a")]
    assert places == sorted(places)


def test_the_ontology_page_is_written_by_the_generator(tmp_path):
    pytest.importorskip("pylode", reason="the extra docs is not installed")
    pages = {page.name: page.read_text(encoding="utf-8") for page in build(tmp_path)}
    assert set(pages) == {"insek.html", "sdg.html", "smart-city.html", "leipzig-charter.html", "topics.html"}
    assert "Maßnahme" in pages["insek.html"]
    assert all(concept.label("de") in pages["topics.html"] for concept in concepts() if "/topic/" in concept.iri)
