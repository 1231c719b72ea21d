"""What is learned from at a time: sections of written measures with questions, and graded questions."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from written import Graded, Section, Written

from search_app.search import lexical
from search_app.search.lexical import LexicalIndex, Texts
from search_app.search.meaning import meanings, with_meanings
from search_app.search.query import parse
from search_app.search.spelling import Speller
from search_app.search.units import joined

SECTIONS, QUESTIONS = 6, 12
"""Sections, and graded questions, at a time."""


class Wording:
    """Puts a question as the engine embeds it, with what its words are called in plans, over items of these texts."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        directory = Path(self._folder.name) / "lexical"
        lexical.build(directory, (Texts(row, label, text, "", ()) for row, (label, text) in enumerate(texts)))
        self._known = LexicalIndex(directory)
        self._speller = Speller(self._known)

    def __call__(self, question: str) -> str:
        parsed = parse(self._speller.corrected(question))
        return with_meanings(parsed.text, meanings(self._known.groups(parsed)))


@dataclass
class Batch:
    """Passages of some sections, and questions with the numbers of the passages that answer them."""

    passages: list[str]
    written: list[Written]
    sections: list[int]
    pairs: list[tuple[int, int]]
    """Numbers of a measure and of the same as another town puts it."""
    questions: list[tuple[str, list[int]]]


class Batches:
    """Draws sections, graded questions and slips at random."""

    def __init__(self, sections: list[Section], graded: list[Graded], seed: int) -> None:
        self._sections, self._graded, self._chance = sections, graded, random.Random(seed)
        self._wording = Wording((measure.title, measure.text) for one in sections for measure in one.measures)

    def epoch(self) -> Iterator[Batch | list[Graded]]:
        sections = self._chance.sample(self._sections, len(self._sections))
        graded = self._chance.sample(self._graded, len(self._graded))
        parts = [
            partial(self._batch, sections[start : start + SECTIONS]) for start in range(0, len(sections), SECTIONS)
        ]
        parts += [partial(self._typed, graded[start : start + QUESTIONS]) for start in range(0, len(graded), QUESTIONS)]
        for part in self._chance.sample(parts, len(parts)):
            yield part()

    def _typed(self, graded: list[Graded]) -> list[Graded]:
        """The questions as they are typed, with a third of what does not answer them."""
        return [
            Graded(
                self._asked(one.question),
                {measure: grade for measure, grade in one.grades.items() if grade or self._chance.random() < 0.35},
            )
            for one in graded
        ]

    def _batch(self, sections: list[Section]) -> Batch:
        chance, batch = self._chance, Batch([], [], [], [], [])
        for number, section in enumerate(sections):
            places = self._stand(batch, section, number)
            for measure, place in zip(section.measures, places, strict=True):
                chosen = chance.sample(measure.questions, min(2, len(measure.questions)))
                chosen += measure.english if chance.random() < 0.5 else []
                batch.questions += [(self._asked(text), [place]) for text in chosen]
                batch.questions += [(measure.long, [place])] if measure.long and chance.random() < 0.5 else []
                batch.questions += [(measure.other, [place])] if measure.other and chance.random() < 0.35 else []
            for text, those in section.broad:
                batch.questions.append((self._asked(text), sorted({places[one] for one in those})))
        for place, measure in enumerate(list(batch.written)):
            if measure.other and batch.passages[place].startswith(measure.title.rstrip(".")):
                batch.pairs.append((place, len(batch.passages)))
                batch.passages.append(measure.other)
                batch.written.append(measure)
                batch.sections.append(batch.sections[place])
        return batch

    def _stand(self, batch: Batch, section: Section, number: int) -> list[int]:
        """Adds a section's passages to the batch, and returns where each measure stands.

        Half of the time some measures stand together as the points of one goal.
        """
        chance, measures = self._chance, section.measures
        together = chance.sample(measures, min(len(measures), chance.randint(3, 8))) if chance.random() < 0.5 else []
        first = len(batch.passages)
        alone = [measure for measure in measures if measure not in together]
        batch.passages += [self._passage(measure, section.name) for measure in alone]
        batch.written += alone
        if together:
            points = [chance.choice((one.title, one.text or one.title)).rstrip(".") for one in together]
            batch.passages.append(joined(section.name, "; ".join(points)))
            batch.written.append(together[0])
        batch.sections += [number] * (len(batch.passages) - first)
        stands = {measure: place for place, measure in enumerate(alone, first)}
        return [stands.get(measure, len(batch.passages) - 1) for measure in measures]

    def _passage(self, measure: Written, section: str) -> str:
        whole = joined(measure.title, measure.text if self._chance.random() > 0.15 else "")
        return f"{whole} ({section})" if len(whole) <= 80 and self._chance.random() < 0.4 else whole

    def _asked(self, text: str) -> str:
        """A question as it is typed: now and then in small letters, with digraphs, or with a slip."""
        chance = self._chance
        if chance.random() < 0.5:
            text = self._wording(text)
        lot = chance.random()
        if lot < 0.12:
            return text.lower()
        if lot < 0.16:
            return text.translate({228: "ae", 246: "oe", 252: "ue", 223: "ss"})
        if lot < 0.24 and len(text) > 6:
            place = chance.randrange(1, len(text) - 1)
            before, one, after = text[:place], text[place], text[place + 1 :]
            return chance.choice([before + after, before + after[0] + one + after[1:], before + one + one + after])
        return text
