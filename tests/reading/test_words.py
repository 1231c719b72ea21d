"""The German word list: the same answers from its kept file, without one, and where that file is damaged."""

from __future__ import annotations

import pytest

from ingest import words


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    words._dictionary.cache_clear()
    words.parts.cache_clear()
    yield tmp_path / "insek"
    words._dictionary.cache_clear()


def answers():
    words._dictionary.cache_clear()
    asked = ("Haus", "haus", "Hausx", "Schon", "außerschulischen", "Grünfläche", "Grunflache")
    return [(words.is_entry(word), words.is_listed(word), words.is_word(word)) for word in asked]


def test_the_kept_list_answers_as_the_one_it_was_made_of(folder):
    fresh = answers()
    (kept,) = folder.iterdir()
    assert answers() == fresh
    assert fresh[0] == (True, True, True)
    assert fresh[2] == (False, False, False)
    kept.write_bytes(kept.read_bytes()[:100_000])
    assert answers() == fresh
    assert kept.stat().st_size > 1_000_000, "a damaged file is made anew"


def test_a_user_without_a_home_is_served(folder, monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(words.Path, "home", nowhere)
    assert answers()[0] == (True, True, True)


def test_a_folder_that_cannot_be_written_is_done_without(folder):
    folder.parent.joinpath("insek").write_text("a file where the folder should be", encoding="utf-8")
    assert answers()[0] == (True, True, True)
