from __future__ import annotations

import numpy as np
import pytest

from kg.errors import NotFound
from kg.mapping import federal
from kg.mapping import head as heads
from kg.mapping.head import PROBE
from tests.mapping.test_mapping_training import LetterEncoder


def test_the_same_tables_give_the_same_bytes(shared, tmp_path):
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    learned = federal.learn(shared / "sdg", LetterEncoder(), PROBE, one)
    federal.learn(shared / "sdg", LetterEncoder(), PROBE, two)
    assert one.read_bytes() == two.read_bytes()
    assert learned.weights.shape == (64, 17)
    assert np.abs(learned.weights).max() > 0.01


def test_the_weights_in_the_head_are_those_that_are_kept():
    kept = np.load(federal._kept())
    assert (heads.load().federal == kept["weights"]).all()
    assert (heads.load().probe == kept["probe"]).all()


def test_for_another_encoder_there_is_no_opinion():
    other = federal.load(LetterEncoder(), PROBE)
    assert other.weights.shape == (64, 17)
    assert not other.weights.any()


def test_a_folder_without_the_tables_is_named(tmp_path):
    with pytest.raises(NotFound, match=r"dns_de_passages\.tsv"):
        federal.learn(tmp_path, LetterEncoder(), PROBE, tmp_path / "federal.npz")
