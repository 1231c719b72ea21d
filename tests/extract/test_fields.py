import pytest

from ingest.extract.fields import inline_label, label_fields, question_field


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Umsetzungszeitraum", ("period",)),
        ("Handlungsfeld / Nr.", ("topic", "number")),
        ("Titel / Zuständigkeit", ("title", "responsible")),
        ("Geplante Projektkosten in Euro", ("cost",)),
        ("Sachstand 2015 / 2016", ("status",)),
        ("Vorschlag für die zeitliche Einordnung*", ("period",)),
        ("Wer?", ("responsible",)),
        ("FEDERFÜHRUNG:", ("responsible",)),
        ("Ausbau der Radwege", ()),
        ("Die Kosten trägt die Stadt, die Partner helfen.", ()),
        ("", ()),
    ],
)
def test_labels(text, fields):
    assert label_fields(text) == fields


def test_a_label_before_a_colon_tells_where_its_value_begins():
    assert inline_label("Träger: Stadt Musterstadt") == (("responsible",), 8)
    assert inline_label("Hinweis für alle Bürger: kommt vorbei") is None


def test_questions_of_forms():
    assert question_field("Wie hoch schätzen Sie die Kosten des Projektes ein?") == "cost"
    assert question_field("Warum gerade hier?") == ""
    assert question_field("Das Projekt kostet viel.") is None
