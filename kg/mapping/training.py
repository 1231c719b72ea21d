"""Training of the head from the labelled texts: the same texts and encoder give the same file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.encoding import Encoder
from kg.mapping import federal, semantic
from kg.mapping.dataset import SCHEMES, Example, labelled, scheme_codes
from kg.mapping.head import FILE, PROBE, Calibration, Head, SchemeHead, save
from kg.mapping.lexical import find_terms
from kg.mapping.signs import best_child, lexical_signs, semantic_signs
from kg.mapping.terms import concept_terms
from kg.model import Scheme

RIDGE = 0.3
FOLDS = 8
FURTHER = {Scheme.SMART_CITY: 0.5}
"""What a label after the first counts in training, 0.9 where not given here: the dimensions have a primary one."""
WANTED_PRECISION = 0.847
"""Thresholds are the best F1 on held-out groups among those of at least this precision."""

_DIGITS = 5
Truth = NDArray[np.int64]
Scores = NDArray[np.float64]


def train(encoder: Encoder, path: Path | None = None, tables: Path | None = None) -> Head:
    """Trains on the labelled texts of the split "train" and writes the head beside this module, or to `path`.

    What the federal labels say is read from the repository; with `tables`, the folder that holds them, it is learned
    anew first, with the same result. Takes about as long as encoding 2,500 short texts, with `tables` twice as long.
    """
    if tables is not None:
        federal.learn(tables, encoder, PROBE)
    head = fit(labelled("train"), encoder)
    save(head, path or Path(__file__).parent / "data" / FILE)
    return head


def fit(examples: Sequence[Example], encoder: Encoder) -> Head:
    """A head for these examples. Scores that the calibration sees come from folds that left out whole groups."""
    raw = semantic.encode([example.text for example in examples], encoder)
    centre = raw.mean(axis=0)
    vectors = semantic.unit(raw - centre)
    alike = semantic.kernel(vectors, vectors).astype(np.float64)
    groups = [example.group for example in examples]
    truths = {scheme: truth(examples, scheme) for scheme in SCHEMES}
    wanted = {scheme: truths[scheme] * _weight(examples, scheme) for scheme in SCHEMES}
    held_out = {scheme: _held_out(alike, wanted[scheme], groups) for scheme in SCHEMES}
    found = [find_terms(example.text) for example in examples]
    others = federal.load(encoder, PROBE)
    parts = {}
    for scheme in SCHEMES:
        phrases, owners = _phrases(scheme, encoder)
        near = semantic.nearness(vectors, phrases, owners, len(scheme_codes(scheme))).astype(np.float64)
        lexical = lexical_signs(found, scheme)
        children = best_child(held_out[Scheme.SDG_TARGET]) if scheme is Scheme.SDG else held_out[scheme]
        opinion = others.scores(vectors) if scheme is Scheme.SDG else np.zeros(near.shape)
        signs = semantic_signs(held_out[scheme], near, lexical, children, opinion)
        parts[scheme] = SchemeHead(
            _ridge(alike, wanted[scheme]).dual_coef_.astype(np.float16),
            phrases.astype(np.float16),
            owners,
            _calibrate(signs, lexical, truths[scheme]),
        )
    probe = semantic.encode([PROBE], encoder)[0]
    return Head(encoder.name, centre, probe, others.weights, vectors.astype(np.float16), parts)


def truth(examples: Sequence[Example], scheme: Scheme) -> Truth:
    """The labels as zeros and ones, shape (examples, concepts); codes that are not predicted are left out."""
    codes = {code: column for column, code in enumerate(scheme_codes(scheme))}
    table = np.zeros((len(examples), len(codes)), dtype=np.int64)
    for row, example in enumerate(examples):
        for code in example.labels.get(scheme, ()):
            if code in codes:
                table[row, codes[code]] = 1
    return table


def _weight(examples: Sequence[Example], scheme: Scheme) -> Scores:
    """What the score of a label should be: 1 for the first, less for the further ones, so that the first leads."""
    codes = scheme_codes(scheme)
    firsts = [example.labels[scheme][0] if example.labels[scheme] else "" for example in examples]
    return np.array([[1.0 if code == first else FURTHER.get(scheme, 0.9) for code in codes] for first in firsts])


def _phrases(scheme: Scheme, encoder: Encoder) -> tuple[semantic.Matrix, NDArray[np.int64]]:
    described = Scheme.SDG_TARGET if scheme is Scheme.SDG else scheme
    pairs = [(concept.code, phrase) for concept in concept_terms(described) for phrase in concept.phrases]
    vectors = semantic.encode([phrase for _, phrase in pairs], encoder)
    codes = scheme_codes(scheme)
    owners = [codes.index(code.partition(".")[0] if scheme is Scheme.SDG else code) for code, _ in pairs]
    return semantic.unit(vectors - vectors.mean(axis=0)), np.asarray(owners)


def _ridge(alike: Scores, labels: Scores) -> Any:
    from sklearn.kernel_ridge import KernelRidge

    return KernelRidge(alpha=RIDGE, kernel="precomputed").fit(alike, labels)


def _held_out(alike: Scores, labels: Scores, groups: Sequence[str]) -> Scores:
    from sklearn.model_selection import GroupKFold

    scores = np.zeros(labels.shape)
    for kept, left in GroupKFold(FOLDS).split(alike, groups=groups):
        machine = _ridge(alike[np.ix_(kept, kept)], labels[kept])
        scores[left] = machine.predict(alike[np.ix_(left, kept)])
    return scores


def _calibrate(signs: Scores, lexical: Scores, labels: Truth) -> Calibration:
    both = np.concatenate([signs, lexical], axis=-1)
    weights, bias, threshold = _logistic(both, labels)
    alone, alone_bias, alone_threshold = _logistic(lexical, labels)
    cut = signs.shape[-1]
    return Calibration(weights[:cut], weights[cut:], bias, threshold, alone, alone_bias, alone_threshold)


def _logistic(signs: Scores, labels: Truth) -> tuple[Scores, float, float]:
    from sklearn.linear_model import LogisticRegression

    flat = signs.reshape(-1, signs.shape[-1])
    model = LogisticRegression(max_iter=1000).fit(flat, labels.ravel())
    chances = model.predict_proba(flat)[:, 1]
    weights = np.round(model.coef_[0], _DIGITS)
    return weights, round(float(model.intercept_[0]), _DIGITS), _threshold(chances, labels.ravel())


def _threshold(chances: Scores, labels: Truth) -> float:
    """The threshold of the best F1 among those from .45 that reach the wanted precision, else the most precise."""
    best = (False, 0.0, 0.5)
    for threshold in np.arange(0.45, 0.9, 0.01):
        chosen = chances >= threshold
        right = int((labels[chosen] == 1).sum())
        precision = right / max(int(chosen.sum()), 1)
        recall = right / max(int(labels.sum()), 1)
        reached = precision >= WANTED_PRECISION
        quality = 2 * precision * recall / max(precision + recall, 1e-9) if reached else precision
        best = max(best, (reached, quality, round(float(threshold), 2)))
    return best[2]
