"""Runs become lines: side by side, but not across a column's gap, and not with what is far higher."""

from __future__ import annotations

from ingest.pdf.drawn import Run
from ingest.pdf.lines import is_caption, lines


def run(text: str, x0: float, x1: float, top: float = 100, size: float = 10) -> Run:
    return Run(text, x0, top, x1, top + size, size)


def test_a_gap_as_wide_as_a_letter_divides_columns() -> None:
    assert [line.text for line in lines([run("links", 10, 40), run("rechts", 80, 120)])] == ["links", "rechts"]
    assert [line.text for line in lines([run("ein", 10, 40), run("Satz", 43, 60)])] == ["ein Satz"]


def test_a_marker_or_number_may_stand_far_before_its_text() -> None:
    for marker in ("•", "1.", "4.2", "a)", "7", "Abbildung 3"):
        assert [line.text for line in lines([run(marker, 10, 14), run("Mehr Grün", 44, 99)])] == [f"{marker} Mehr Grün"]
    assert len(lines([run("12", 10, 20), run("15", 50, 60)])) == 2


def test_small_letters_beside_large_ones_stand_on_their_line() -> None:
    assert [line.text for line in lines([run("CO", 10, 24), run("2", 24, 28, 105, 6), run("-frei", 28, 50)])] == [
        "CO2-frei"
    ]


def test_a_raised_number_is_told_from_the_word_before_it() -> None:
    assert [line.text for line in lines([run("Konzept", 10, 50), run("12", 50, 56, 98, 6), run("gilt", 60, 80)])] == [
        "Konzept¹² gilt"
    ]


def test_words_set_apart_to_fill_a_line_are_one_line() -> None:
    full = [run("Ein Weg durch die ganze Stadt", 10, 200), run("wird gebaut.", 10, 80, 124)]
    wide = [run("Planungsbüro", 10, 74, 112), run("Landschaft", 94, 138, 112), run("Rad", 158, 200, 112)]
    assert [line.text for line in lines([*full, *wide])] == [full[0].text, "Planungsbüro Landschaft Rad", full[1].text]
    wide[1].x1 = 146  # one gap far wider than the other: columns
    assert len(lines([*full, *wide])) == 5


def test_a_word_written_sideways_does_not_pull_lines_together() -> None:
    found = lines([run("Sideways", 300, 310, 90, 60), run("eins", 10, 40, 100), run("zwei", 10, 40, 114)])
    assert [line.text for line in found] == ["Sideways", "eins", "zwei"]


def test_captions() -> None:
    assert is_caption("Abb. 4-2: Wege")
    assert is_caption("Tabelle 7 Ziele")
    assert not is_caption("Karten und Pläne")
