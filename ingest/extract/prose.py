"""Layout: running text that says itself what the goal is ("Ziel ist es, …")."""

from __future__ import annotations

import re

from ingest.extract.builder import Builder
from ingest.extract.lines import Block, Line, lines_of
from ingest.extract.sections import Says, announced
from kg.model import Role

NAME = "prose/1"
_CONFIDENCE = 0.83
_GOAL = re.compile(
    r"(?:Das\s+)?(?:übergeordnete\s+|strategische\s+|wichtigste\s+|zentrale\s+)?(?:Haupt|Ober|Leit)?[Zz]iel"
    r"(?:\s+(?:der|unserer)\s+(?:Stadt|Gemeinde|Stadtentwicklung|Kommune)(?:\s+[A-ZÄÖÜ]\w+)?)?\s+ist(?:\s+es)?,?\s"
)
_SHORTEST, _LONGEST = 40, 350


def find(builder: Builder) -> None:
    """Adds a goal for each sentence that begins "Ziel ist …", outside of analysis, method and measures.

    The whole sentence is the label. Sentences in the past tense, or about the goal of something smaller than the
    town ("Ziel des Prozesses war"), do not count. No labelled document states goals so: the three in
    invented documents and the one in a real heat action plan are right. Confidence: the rule of succession over these
    four.
    """
    for passage in builder.document.passages:
        if passage.role not in (Role.BODY, Role.LIST_ITEM) or announced(passage.headings) is Says.OTHER:
            continue
        lines = lines_of(passage)
        for block in _sentences(lines):
            label = builder.texts.found(block)
            if (
                _GOAL.match(label.text)
                and _SHORTEST <= len(label.text) <= _LONGEST
                and not builder.used(label.evidence)
            ):
                builder.goal(label, method=NAME, confidence=_CONFIDENCE)


def _sentences(lines: Block) -> list[Block]:
    """The sentences of a paragraph as lines and parts of lines."""
    sentences: list[list[Line]] = [[]]
    for line in lines:
        begin = 0
        for end in [m.end() for m in re.finditer(r"(?<=[a-zäöüß)%0-9])[.!?](?=\s+[A-ZÄÖÜ„]|$)", line.text)]:
            sentences[-1].append(line.cut(begin, end))
            sentences.append([])
            begin = end
        rest = line.cut(begin)
        if rest.text:
            sentences[-1].append(rest)
    return [tuple(sentence) for sentence in sentences if sentence]
