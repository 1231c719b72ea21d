from __future__ import annotations

import subprocess
import sys

import pytest

from kg.detection import detect, namesakes
from kg.errors import UnknownMunicipality
from kg.municipalities import load
from kg.regions import PopulationClass, check_ags, districts, population_class, states


@pytest.fixture(scope="module")
def gazetteer():
    return load()


@pytest.mark.parametrize(
    ("said", "ags"),
    [
        ("Torgau", "14730310"),
        ("14730310", "14730310"),
        ("Stadt Torgau", "14730310"),
        ("Torgau, Stadt", "14730310"),
        ("Große Kreisstadt Torgau", "14730310"),
        ("Herzberg (Elster)", "12062224"),
        ("herzberg/elster", "12062224"),
        ("Herzberg Elster", "12062224"),
        ("ULM", "08421000"),
        ("Muenster", "05515000"),
        ("Mu\u0308nchen", "09162000"),
        ("Frankfurt a. M.", "06412000"),
        ("Frankfurt/Oder", "12053000"),
        ("Halle an der Saale", "15002000"),
        ("Lutherstadt Wittenberg", "15091375"),
        ("Freie und Hansestadt Hamburg", "02000000"),
        ("Markt Erlbach", "09575145"),
        ("Sankt Märgen", "08315094"),
        ("Weiden", "09363000"),
    ],
)
def test_usual_forms_of_a_name_are_found(gazetteer, said, ags):
    assert gazetteer.find(said).ags == ags


def test_namesakes_are_listed_with_their_keys(gazetteer):
    with pytest.raises(UnknownMunicipality, match=r"12062224.*12068188|12068188.*12062224"):
        gazetteer.find("Herzberg")


def test_a_namesake_is_found_among_given_keys(gazetteer):
    assert gazetteer.find("Herzberg", among={"12062224", "14730310"}).name == "Herzberg (Elster)"


@pytest.mark.parametrize(
    ("said", "hint"), [("Torgu", "Torgau"), ("1473031", "eight digits"), ("99999999", "no German"), ("", "no German")]
)
def test_an_unknown_name_says_what_to_do(gazetteer, said, hint):
    with pytest.raises(UnknownMunicipality, match=hint):
        gazetteer.find(said)


def test_every_municipality_is_found_by_its_full_name_and_key(gazetteer):
    rows = [gazetteer.get(ags) for ags in gazetteer._rows]
    assert len(rows) == 10_978
    assert all(gazetteer.find(town.ags) is not None for town in rows)
    lost = [town for town in rows if town.ags not in gazetteer.candidates(town.name)]
    assert lost == []


def test_keys_fit_land_and_district(gazetteer):
    for ags in gazetteer._rows:
        town = gazetteer.get(ags)
        assert town.state == states()[ags[:2]][0]
        assert town.nuts3 == districts()[ags[:5]].nuts3


def test_coordinates_lie_in_germany(gazetteer):
    towns = [town for town in map(gazetteer.get, gazetteer._rows) if town.latitude is not None]
    assert len(towns) > 9000
    assert all(47.2 < town.latitude < 55.1 and 5.8 < town.longitude < 15.1 for town in towns)


def test_facts_of_a_town_go_before_the_table(gazetteer):
    torgau = gazetteer.find("Torgau")
    assert torgau.population == 19_768
    assert "http://www.wikidata.org/entity/Q12062" in torgau.same_as


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Integriertes Stadtentwicklungskonzept der Stadt Wurzen\n\nWurzen liegt an der Mulde.", "Wurzen"),
        ("Die Landeshauptstadt Kiel will klimaneutral werden. Kiel liegt am Meer, Lübeck auch.", "Kiel"),
        ("INSEK der Stadt Herzberg (Elster)\n Herzberg wächst. In Herzberg leben viele.", "Herzberg (Elster)"),
        ("Gemeinde Wald (Hohenzollern): Entwicklungskonzept der Gemeinde Wald", None),
        ("Der Wald im Norden und Osten soll wachsen. Wald und Wiesen. Essen für Kitas, weil alle essen.", None),
        ("Die Neue Leipzig-Charta. Leipzig Charta. Leipzig-Charta 2020. Leipzig Charta", None),
        ("Stadt St. Georgen im Schwarzwald\nKonzept der Stadt St. Georgen", "St. Georgen im Schwarzwald"),
        ("Hagen am Teutoburger Wald: Konzept\nHagen wächst, sagt die Gemeinde Hagen.", "Hagen am Teutoburger Wald"),
        ("INSEK Neustadt a.d.Donau. Stadt Neustadt. In Neustadt.", "Neustadt a.d.Donau"),
        ("INSEK der Stadt Lichtenfels, Landkreis Lichtenfels. Lichtenfels.", "Lichtenfels"),
        ("INSEK der Stadt Lichtenfels. In Lichtenfels leben viele.", None),
        ("Stadt Leipzig und Stadt Dresden arbeiten zusammen. Leipzig, Dresden.", None),
        ("", None),
    ],
)
def test_a_town_is_detected_or_left_open(gazetteer, text, name):
    town = detect(gazetteer, text)
    assert (town.name if town else None) == name


def test_the_municipalities_that_a_shared_name_may_mean(gazetteer):
    text = "Stadt Luckau\n\nDie Stadt Luckau plant bis 2030. Ziele der Stadt Luckau sind Radwege."
    assert detect(gazetteer, text) is None
    assert gazetteer.listing(namesakes(gazetteer, text)) == (
        "Luckau, Brandenburg (12061320); Luckau (Wendland), Niedersachsen (03354016)"
    )
    assert namesakes(gazetteer, "Ein Text ohne Ort") == []


# What each file is about; a page that hardly names its town may be left open.
_TOWNS = {
    "seeds/000": "12062224",
    "seeds/004": "14730310",
    "text/dresden": "14612000",
    "text/goettingen": "03159016",
    "text/karlsruhe": "08212000",
    "text/klagenfurt": None,
    "text/mannheim": "08222000",
    "text/ulm": "08421000",
    "tables/03_mainz": "07315000",
    "tables/muenster": "05515000",
}


def test_towns_of_the_corpus_are_detected_and_never_mistaken(gazetteer, corpus):
    paths = [path for path in sorted(corpus.glob("[st]*/**/*")) if path.suffix in {".txt", ".md", ".json", ".csv"}]
    right = wrong = 0
    for path in paths:
        name = path.relative_to(corpus).as_posix()
        expected = next(ags for start, ags in _TOWNS.items() if name.startswith(start))
        found = detect(gazetteer, path.read_text(encoding="utf-8"))
        right += found is not None and found.ags == expected
        wrong += found is not None and found.ags != expected
    assert len(paths) >= 36
    assert wrong == 0
    assert right >= len(paths) - 3


def test_population_classes_divide_where_they_should():
    assert population_class(None) is None
    assert [population_class(n) for n in (4_999, 5_000, 19_999, 20_000, 99_999, 100_000)] == [
        PopulationClass.RURAL,
        PopulationClass.SMALL,
        PopulationClass.SMALL,
        PopulationClass.MEDIUM,
        PopulationClass.MEDIUM,
        PopulationClass.LARGE,
    ]


@pytest.mark.parametrize("key", ["1473031", "147303100", "17000000", "00000000", "1473031a"])
def test_a_malformed_key_is_refused(key):
    with pytest.raises(UnknownMunicipality):
        check_ags(key)


def test_loading_is_light():
    code = "import sys, kg.municipalities as m; m.load(); print('rdflib' in sys.modules, 'pyoxigraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
