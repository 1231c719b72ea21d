"""Example queries: the questions that the graph is made to answer, each with its text in `ontologies/questions/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NOTE = re.compile(r"^# (de|en|theme): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question in German and English, its theme ("measures", "comparison" …) and the SPARQL that answers it."""

    name: str
    theme: str
    german: str
    english: str
    text: str

    @property
    def query(self) -> str:
        """The SPARQL without the lines above it that say what it asks."""
        return _NOTE.sub("", self.text).strip()

    def title(self, language: str) -> str:
        """The question in German or, for any other language, in English."""
        return self.german if language == "de" else self.english


@cache
def questions() -> tuple[Question, ...]:
    """All example queries in their order."""
    folder = files("ontologies") / "questions"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".rq"))
    return tuple(_read(name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _read(name: str, text: str) -> Question:
    notes = dict(_NOTE.findall(text))
    return Question(name.removesuffix(".rq"), notes["theme"], notes["de"], notes["en"], text)
