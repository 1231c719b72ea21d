"""The texts that the adapter for search is trained on (training/README.md)."""

from __future__ import annotations

import pytest
import written

FEWEST = {"measures": 9_000, "questions": 40_000, "graded": 6_000}
"""Floors on what is read, so that a file that is passed over is noticed."""


@pytest.fixture(scope="module")
def sections():
    return written.read()


def test_all_of_it_is_read(sections):
    measures = [measure for section in sections for measure in section.measures]
    graded = written.read_graded(sections)
    found = {
        "measures": len(measures),
        "questions": sum(len(measure.questions) for measure in measures),
        "graded": len(graded),
    }
    assert all(found[name] >= least for name, least in FEWEST.items()), found
    assert all(measure.questions for measure in measures)


def test_keys_name_one_measure_each(sections):
    keys = [measure.key for section in sections for measure in section.measures]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "text",
    [
        "## Section\n? a question of nothing\n",
        "## Section\n# Title\n@ broad | 2\n",
        "## Section\n# Title\n@ broad | 0\n",
        "## Section\n# Title\n?no blank\n",
        "## Section\n# Title\nDescription. A second one\nThe second one\n",
    ],
)
def test_a_line_out_of_place_is_named(tmp_path, text):
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"x\.txt:{len(text.splitlines())}: "):
        written.read(tmp_path)
