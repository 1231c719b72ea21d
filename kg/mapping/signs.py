"""What the methods say of a text and a concept, as numbers that one calibrated decision is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.mapping.dataset import scheme_codes
from kg.mapping.terms import Found
from kg.model import Scheme

LEXICAL = ("strong", "several", "weak", "alone")
SEMANTIC = ("score", "square", "child", "near", "both", "federal")
Signs = NDArray[np.float64]


def lexical_signs(found: Sequence[Mapping[Scheme, Mapping[str, Found]]], scheme: Scheme) -> Signs:
    """Shape (texts, concepts, 4): a strong term, several, a weak term, and how few concepts share the text's terms."""
    columns = {code: column for column, code in enumerate(scheme_codes(scheme))}
    signs = np.zeros((len(found), len(columns), len(LEXICAL)))
    for row, each in enumerate(found):
        hits = [(columns[code], hit) for code, hit in each[scheme].items() if code in columns]
        rivals = max(sum(bool(hit.strong) for _, hit in hits), 1)
        for column, hit in hits:
            signs[row, column] = (bool(hit.strong), len(hit.strong) > 1, bool(hit.weak), bool(hit.strong) / rivals)
    return signs


def semantic_signs(scores: Signs, near: Signs, lexical: Signs, children: Signs, federal: Signs) -> Signs:
    """Shape (texts, concepts, 6): the learned score and its square, since certainty grows faster than the score; the
    best score among a goal's targets; the nearness to the concept's description; the score where a strong term stands
    beside it; the opinion learned from federal labels."""
    square = np.maximum(scores, 0) ** 2
    return np.stack([scores, square, children, near, scores * lexical[..., 0], federal], axis=-1)


def best_child(target_scores: Signs) -> Signs:
    """For each text and goal the best score among the goal's targets, shape (texts, 17)."""
    owners = np.array([int(code.partition(".")[0]) - 1 for code in scheme_codes(Scheme.SDG_TARGET)])
    return np.stack([target_scores[:, owners == goal].max(axis=1) for goal in range(17)], axis=1)
