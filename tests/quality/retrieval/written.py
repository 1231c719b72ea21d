"""The texts that the adapter is trained on: measures of made-up plans, and questions (training/README.md: the form)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "training"


@dataclass(slots=True, eq=False)
class Written:
    """A measure as a plan prints it, questions it answers, and the same intent as another town would put it."""

    title: str
    text: str = ""
    questions: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    long: str = ""
    other: str = ""
    key: str = ""
    """File, section and measure, as graded.tsv names it: "climate-07/2/11"."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A question with the grade, 0 to 3, of each measure that was judged."""

    question: str
    grades: dict[Written, int]


@dataclass(slots=True, eq=False)
class Section:
    """Measures that are neighbours in subject, and broad questions with the numbers of those that answer them."""

    name: str
    measures: list[Written] = field(default_factory=list)
    broad: list[tuple[str, list[int]]] = field(default_factory=list)


def read(folder: Path = FOLDER) -> list[Section]:
    """The sections of all files. Raises ValueError with file and line for a line that has no place in the form."""
    sections: list[Section] = []
    for path in sorted(folder.glob("*.txt")):
        first = len(sections)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                _take(line.strip(), sections)
            except (IndexError, ValueError) as error:
                raise ValueError(f"{path}:{number}: {line!r} ({error})") from error
        for place, section in enumerate(sections[first:], start=1):
            for number, measure in enumerate(section.measures, start=1):
                measure.key = f"{path.stem}/{place}/{number}"
    return sections


def read_graded(sections: list[Section], folder: Path = FOLDER) -> list[Graded]:
    """The graded questions that something answers. Raises ValueError with the line that names no measure."""
    known = {measure.key: measure for section in sections for measure in section.measures}
    found = []
    for number, line in enumerate((folder / "graded.tsv").read_text(encoding="utf-8").splitlines(), start=1):
        question, _, judged = line.partition("\t")
        pairs = [one.rsplit("=", 1) for one in judged.split()]
        if unknown := [key for key, _ in pairs if key not in known]:
            raise ValueError(f"graded.tsv:{number}: no measure {', '.join(unknown)}")
        found.append(Graded(question, {known[key]: int(grade) for key, grade in pairs}))
    return [one for one in found if any(one.grades.values())]


def _take(line: str, sections: list[Section]) -> None:
    mark, _, rest = line.partition(" ")
    if mark == "##":
        sections.append(Section(rest.strip()))
    elif mark == "#":
        sections[-1].measures.append(Written(rest.strip()))
    elif mark == "@":
        sections[-1].broad.append(_broad(rest, len(sections[-1].measures)))
    elif line:
        _add(sections[-1].measures[-1], mark, rest.strip(), line)


def _broad(text: str, measures: int) -> tuple[str, list[int]]:
    question, _, numbers = text.partition("|")
    found = [int(one) - 1 for one in re.findall(r"\d+", numbers)]
    if not found or max(found) >= measures or min(found) < 0:
        raise ValueError("no such measures")
    return question.strip(), found


def _add(measure: Written, mark: str, text: str, line: str) -> None:
    if mark == "?":
        measure.questions.append(text)
    elif mark == "e":
        measure.english.append(text)
    elif mark == "l":
        measure.long = text
    elif mark == "=":
        measure.other = text
    elif measure.text or measure.questions or line[0] in "?=@#":
        raise ValueError("a second description, or no blank after the mark")
    else:
        measure.text = line
