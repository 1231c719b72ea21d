from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
import pytest

from kg.mapping import head as heads
from kg.mapping.dataset import SCHEMES, labelled, scheme_codes
from kg.mapping.training import fit, truth
from kg.model import Scheme

EXAMPLES = labelled("train")[::12]


class LetterEncoder:
    """Counts letter pairs: a real, if poor, encoder that needs no model."""

    name = "letter pairs"
    dimension = 64

    def encode_queries(self, texts):
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for pair in pairwise(text):
                vectors[row, hashlib.md5("".join(pair).lower().encode()).digest()[0] % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_documents = encode_queries


@pytest.fixture(scope="module")
def head():
    return fit(EXAMPLES, LetterEncoder())


def test_training_twice_writes_the_same_bytes(head, tmp_path):
    heads.save(head, tmp_path / "one.npz")
    heads.save(fit(EXAMPLES, LetterEncoder()), tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_the_head_scores_its_own_examples_highest(head):
    alike = np.exp(2 * (head.examples.astype(np.float32) @ head.examples.astype(np.float32).T) - 2)
    scores = head.scores(alike, Scheme.SMART_CITY)
    right = truth(EXAMPLES, Scheme.SMART_CITY).astype(bool)
    assert scores.shape == (len(EXAMPLES), 6)
    assert scores[right].mean() > scores[~right].mean() + 0.2


def test_thresholds_and_shapes_are_sound(head):
    for scheme in SCHEMES:
        part = head.schemes[scheme]
        assert part.dual.shape == (len(EXAMPLES), len(scheme_codes(scheme)))
        assert set(part.owners) == set(range(len(scheme_codes(scheme))))
        assert 0.45 <= part.calibration.threshold < 0.9


def test_a_head_fits_only_the_encoder_it_was_trained_for(head):
    assert head.fits(LetterEncoder())
    assert not head.fits(None)
    assert not heads.load().fits(LetterEncoder())


def test_the_head_in_the_repository_belongs_to_the_labelled_texts():
    kept = heads.load()
    assert len(kept.examples) == len(labelled("train"))
    assert set(kept.schemes) == set(SCHEMES)
