"""A second opinion on goals, learned from labels that others gave: federal passages and municipal indicators.

The labels lie beside the repository and none of their texts is copied; what is kept is one weight vector a goal.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.encoding import Encoder
from kg.errors import NotFound
from kg.mapping import semantic
from kg.mapping.archive import read_arrays, write_arrays

FILE = "federal.npz"
_SOURCES = (
    ("dns_de_passages.tsv", "sdg_goal", ("text",)),
    ("inkar_sdg_indikatoren_kommunen.tsv", "sdg", ("indikator_de", "indikator_en")),
)
_GOALS = 17
_RIDGE = 1.0
_SAME = 0.98


@dataclass(frozen=True, slots=True)
class Federal:
    """The probe's vector (d) and a weight vector for each goal (d, 17), in one encoder's space."""

    probe: NDArray[np.float32]
    weights: NDArray[np.float16]

    def scores(self, vectors: semantic.Matrix) -> NDArray[np.float64]:
        """How much centred unit vectors speak for each goal, shape (texts, 17); the mean over all texts is near 0."""
        return np.asarray(vectors @ self.weights.astype(np.float32), dtype=np.float64)


def learn(folder: Path, encoder: Encoder, probe: str, path: Path | None = None) -> Federal:
    """Learns the weights by linear regression of the goals on the vectors, and writes them beside this module.

    `folder` holds the 891 passages and 43 indicators as tab-separated tables. The same tables and encoder give the
    same bytes. Raises NotFound for a missing table.
    """
    from sklearn.linear_model import Ridge

    pairs = [pair for source in _SOURCES for pair in _labelled(folder, *source)]
    vectors = semantic.encode([text for text, _ in pairs], encoder)
    goals = np.zeros((len(pairs), _GOALS))
    goals[np.arange(len(pairs)), [goal - 1 for _, goal in pairs]] = 1
    model = Ridge(alpha=_RIDGE, solver="cholesky").fit(semantic.unit(vectors - vectors.mean(axis=0)), goals)
    federal = Federal(semantic.encode([probe], encoder)[0], np.round(model.coef_.T, 4).astype(np.float16))
    write_arrays(path or _kept(), {"probe": federal.probe, "weights": federal.weights})
    return federal


def load(encoder: Encoder, probe: str) -> Federal:
    """The weights that are kept in the repository; weights of zero for an encoder that they were not learned for."""
    stored = read_arrays(_kept())
    kept = Federal(stored["probe"], stored["weights"])
    seen = semantic.encode([probe], encoder)[0]
    if len(seen) == len(kept.probe) and float(seen @ kept.probe) > _SAME:
        return kept
    return Federal(seen, np.zeros((len(seen), _GOALS), dtype=np.float16))


def _labelled(folder: Path, name: str, goal: str, columns: tuple[str, ...]) -> list[tuple[str, int]]:
    path = folder / name
    if not path.exists():
        raise NotFound("{path}: not there; --federal takes the folder of the federal SDG tables", path=path)
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [(row[column], int(row[goal])) for row in rows for column in columns]


def _kept() -> Path:
    return Path(str(resources.files("kg.mapping") / "data" / FILE))
