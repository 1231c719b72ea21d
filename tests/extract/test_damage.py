import pytest

from ingest.extract.damage import mend


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Wohnbauflachen", "Wohnbauflächen"),
        ("Kulturforderung und Fordermittel", "Kulturförderung und Fördermittel"),
        ("auBerschulisch", "außerschulisch"),
        ("6ffentl. Raum", "öffentl. Raum"),
        (",,Zinna“", "„Zinna“"),
        ("Gewerbe-[Industrieflächen", "Gewerbe-/Industrieflächen"),
        ("Land(wirt)- schaft", "Land(wirt)schaft"),
        ("als Überregionale Anbindung", "als überregionale Anbindung"),
    ],
)
def test_damage_is_mended(read, right):
    assert mend(read) == right


@pytest.mark.parametrize(
    "text",
    ["Anforderungen sind erforderlich", "ausgestattet", "des Arbeitsmarktes", "flache Gewässer", "Hamburger Straße"],
)
def test_sound_words_stay(text):
    assert mend(text) == text
