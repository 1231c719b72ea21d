"""Vectors are kept by the hash of their text: no text is encoded twice, and what is kept is what was made."""

from __future__ import annotations

import numpy as np

from search_app.search.encoder import DummyEncoder
from search_app.services.kept_vectors import KeptVectors


class Counting(DummyEncoder):
    """Notes what it encodes."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_queries(self, texts):
        self.texts += texts
        return super().encode_queries(texts)


def test_no_text_is_encoded_twice_across_rebuilds(tmp_path) -> None:
    encoder = Counting()
    first = KeptVectors(encoder, tmp_path).encode_queries(["Radweg", "Kita", "Radweg"])
    again = KeptVectors(encoder, tmp_path).encode_queries(["Kita", "Bäume", "Radweg"])
    assert encoder.texts == ["Radweg", "Kita", "Bäume"]
    assert np.array_equal(first, DummyEncoder().encode_queries(["Radweg", "Kita", "Radweg"]))
    assert np.array_equal(again, DummyEncoder().encode_queries(["Kita", "Bäume", "Radweg"]))
    assert KeptVectors(encoder, tmp_path).encode_queries([]).shape == (0, encoder.dimension)


def test_vectors_of_another_encoder_are_not_taken(tmp_path) -> None:
    one, other = Counting(), Counting()
    other.name = "another"
    KeptVectors(one, tmp_path).encode_queries(["Radweg"])
    KeptVectors(other, tmp_path).encode_queries(["Radweg"])
    assert one.texts == other.texts == ["Radweg"]
