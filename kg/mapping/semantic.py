"""The semantic method: how near a text is to the phrases that describe a concept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.encoding import Encoder
from kg.mapping.terms import concept_terms
from kg.model import Scheme

VERSION = "semantic-1"
_BEST = 2
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Descriptions:
    """The encoded phrases of a scheme's concepts."""

    codes: tuple[str, ...]
    phrases: Matrix
    owner: NDArray[np.int64]
    centre: Matrix

    def nearness(self, vectors: Matrix) -> Matrix:
        """For each text and concept the mean cosine of its two best phrases, both sides centred; as many standard
        deviations above the text's mean over all concepts."""
        cosines = unit(vectors - self.centre) @ self.phrases.T
        best = np.empty((len(vectors), len(self.codes)), dtype=np.float32)
        for number in range(len(self.codes)):
            own = np.sort(cosines[:, self.owner == number], axis=1)
            best[:, number] = own[:, -_BEST:].mean(axis=1)
        spread = best.std(axis=1, keepdims=True)
        return np.asarray((best - best.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-6), dtype=np.float32)


def describe(scheme: Scheme, encoder: Encoder) -> Descriptions:
    """The descriptions of a scheme's concepts in this encoder's space."""
    concepts = concept_terms(scheme)
    phrases = [phrase for concept in concepts for phrase in concept.phrases]
    owner = [number for number, concept in enumerate(concepts) for _ in concept.phrases]
    vectors = encoder.encode_documents(phrases)
    centre = vectors.mean(axis=0)
    return Descriptions(tuple(concept.code for concept in concepts), unit(vectors - centre), np.asarray(owner), centre)


def unit(vectors: Matrix) -> Matrix:
    """The vectors, each of length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def role(encoder: Encoder, texts: Sequence[str]) -> Matrix:
    """The vectors of texts that are to be classified."""
    return np.asarray(encoder.encode_documents(texts), dtype=np.float32)
