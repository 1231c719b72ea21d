from __future__ import annotations

import pytest

from kg.errors import NotFound
from kg.model import Scheme
from kg.vocabulary import concept, concepts, exact_matches, other_labels

COUNTS = {
    Scheme.SDG: 17,
    Scheme.SDG_TARGET: 169,
    Scheme.SMART_CITY: 6,
    Scheme.LEIPZIG_CHARTER: 13,
    Scheme.TOPIC: 24,
}


@pytest.mark.parametrize("scheme", Scheme)
def test_schemes_are_whole_and_labelled_in_both_languages(scheme):
    found = concepts(scheme)
    assert len(found) == COUNTS[scheme]
    assert len({each.notation for each in found}) == len(found)
    for each in found:
        assert {"de", "en"} <= set(dict(each.labels)), each.iri
        assert [language for language, _ in each.definitions] == ["de", "en"], each.iri
        assert not {text for _, text in each.definitions} & {text for _, text in each.labels}, each.iri


def test_targets_hang_below_their_goal():
    for target in concepts(Scheme.SDG_TARGET):
        assert target.broader == f"http://metadata.un.org/sdg/{target.notation.split('.')[0]}"


def test_sdgs_have_the_uns_own_names():
    goal = concept("11")
    assert goal.iri == "http://metadata.un.org/sdg/11"
    assert goal.label("de") == "Nachhaltige Städte und Gemeinden"
    assert "http://purl.unep.org/sdg/SDGIO_00000045" in exact_matches(goal.iri)
    assert ("de", "Städte und Siedlungen inklusiv, sicher, widerstandsfähig und nachhaltig gestalten") in other_labels(
        goal.iri
    )


def test_a_concept_is_found_by_iri_prefixed_name_and_code():
    target = concept("http://metadata.un.org/sdg/11.2")
    assert concept("11.2") is concept("sdg:11.2") is target
    assert concept("economy", Scheme.TOPIC).scheme is Scheme.TOPIC
    assert concept("economy").scheme is Scheme.SMART_CITY


def test_an_unknown_concept_is_named():
    with pytest.raises(NotFound, match=r"18\.1"):
        concept("18.1")
