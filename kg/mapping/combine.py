"""One decision for each text and concept from what the methods say, with the words and examples that carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kg.encoding import Encoder
from kg.mapping import head as heads
from kg.mapping import semantic
from kg.mapping.dataset import SCHEMES, labelled, scheme_codes
from kg.mapping.lexical import find_terms
from kg.mapping.signs import best_child, lexical_signs, semantic_signs
from kg.mapping.terms import Found
from kg.model import Scheme, Span

LONGEST = 4000
"""A longer text is a chapter, not a goal or measure: only what it states is linked. Precision of any classifier
falls with the length of the text, and the encoder reads no more than the beginning."""

_BATCH = 512
_READABLE = re.compile(r"[^\W\d_]{3,}")
_NOTHING = Found()
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the lexical and semantic methods together say of one text and one concept.

    `chance` is the calibrated probability that the link is right, `needed` the threshold of acceptance; `lexical`
    is the part of the terms in the evidence, 0 to 1, and `semantic` the rest; `nearest` is the most similar
    labelled text of the concept.
    """

    scheme: Scheme
    code: str
    chance: float
    needed: float
    evidence: tuple[Span, ...]
    lexical: float
    nearest: str | None

    @property
    def accepted(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self.chance >= self.needed


def judge(texts: Sequence[str], encoder: Encoder | None, floor: float | None = None) -> Iterator[tuple[Verdict, ...]]:
    """For each text the accepted verdicts, or with `floor` all whose probability reaches it, best first.

    With an encoder that the head was not trained for, or none, the lexical method decides alone. Texts without a
    word, and those longer than `LONGEST`, get none.
    """
    head = heads.load()
    reader = encoder if encoder is not None and head.fits(encoder) else None
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        usable = [number for number, text in enumerate(batch) if len(text) <= LONGEST and _READABLE.search(text)]
        judged = iter(_judge_batch([batch[number] for number in usable], head, reader, floor))
        chosen = set(usable)
        yield from (next(judged) if number in chosen else () for number in range(len(batch)))


def _judge_batch(
    texts: Sequence[str], head: heads.Head, encoder: Encoder | None, floor: float | None
) -> list[tuple[Verdict, ...]]:
    if not texts:
        return []
    found = [find_terms(text) for text in texts]
    vectors = semantic.unit(semantic.encode(texts, encoder) - head.centre) if encoder else None
    alike = semantic.kernel(vectors, head.examples.astype(np.float32)) if vectors is not None else None
    opinions = {scheme: _opinion(head, scheme, found, vectors, alike) for scheme in SCHEMES}
    _roll_up(opinions[Scheme.SDG], opinions[Scheme.SDG_TARGET])
    return [
        tuple(
            _verdict(scheme, column, row, opinions[scheme], found[row], alike)
            for scheme in SCHEMES
            for column in np.argsort(-opinions[scheme].chances[row])
            if opinions[scheme].chances[row, column] >= (opinions[scheme].needed if floor is None else floor)
        )
        for row in range(len(texts))
    ]


@dataclass(frozen=True, slots=True)
class _Opinion:
    """Probabilities and the lexical part of the evidence, both of shape (texts, concepts)."""

    chances: Numbers
    lexical: Numbers
    needed: float


def _opinion(
    head: heads.Head,
    scheme: Scheme,
    found: Sequence[Mapping[Scheme, Mapping[str, Found]]],
    vectors: semantic.Matrix | None,
    alike: semantic.Matrix | None,
) -> _Opinion:
    calibration = head.schemes[scheme].calibration
    terms = lexical_signs(found, scheme)
    if vectors is None or alike is None:
        return _Opinion(
            _chance(terms @ calibration.alone + calibration.alone_bias),
            np.ones(terms.shape[:2]),
            calibration.alone_threshold,
        )
    scores = head.scores(alike, scheme)
    children = best_child(head.scores(alike, Scheme.SDG_TARGET)) if scheme is Scheme.SDG else scores
    signs = semantic_signs(scores, head.near(vectors, scheme), terms, children, head.opinion(vectors, scheme))
    learned = signs @ calibration.semantic
    spoken = terms @ calibration.lexical
    parts = np.maximum(spoken, 0), np.maximum(learned, 0)
    return _Opinion(
        _chance(learned + spoken + calibration.bias),
        parts[0] / np.maximum(parts[0] + parts[1], 1e-9),
        calibration.threshold,
    )


def _chance(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-logits)))


def _roll_up(goals: _Opinion, targets: _Opinion) -> None:
    """A goal is at least as likely as each of its targets that is accepted."""
    accepted = np.where(targets.chances >= targets.needed, targets.chances, 0)
    np.maximum(
        goals.chances, np.where(best_child(accepted) >= goals.needed, best_child(accepted), 0), out=goals.chances
    )


def _verdict(
    scheme: Scheme,
    column: int,
    row: int,
    opinion: _Opinion,
    found: Mapping[Scheme, Mapping[str, Found]],
    alike: semantic.Matrix | None,
) -> Verdict:
    code = scheme_codes(scheme)[column]
    words = found[scheme].get(code, _NOTHING)
    return Verdict(
        scheme,
        code,
        float(opinion.chances[row, column]),
        opinion.needed,
        tuple(sorted(words.strong + words.weak, key=lambda span: span.start)),
        float(opinion.lexical[row, column]),
        None if alike is None else _nearest(alike[row], scheme, code),
    )


def _nearest(alike: semantic.Matrix, scheme: Scheme, code: str) -> str | None:
    own = _examples_of(scheme, code)
    return labelled("train")[own[int(alike[own].argmax())]].text.replace("\n", ": ") if len(own) else None


@cache
def _examples_of(scheme: Scheme, code: str) -> NDArray[np.int64]:
    return np.array([row for row, example in enumerate(labelled("train")) if code in example.labels[scheme]], dtype=int)
