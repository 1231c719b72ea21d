"""The trained head: labelled examples as a kernel machine, descriptions of the concepts, and the calibration."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.encoding import Encoder
from kg.mapping import semantic
from kg.mapping.archive import read_arrays, write_arrays
from kg.mapping.dataset import SCHEMES, scheme_codes
from kg.model import Scheme

FILE = "head.npz"
PROBE = "Ausbau des Radwegenetzes und Förderung der Artenvielfalt"
_SAME = 0.98


@dataclass(frozen=True, slots=True)
class Calibration:
    """How one scheme's signs become a probability: weights of the semantic and the lexical signs, the bias, the
    threshold of acceptance; the same for the lexical signs alone, where there is no encoder."""

    semantic: NDArray[np.float64]
    lexical: NDArray[np.float64]
    bias: float
    threshold: float
    alone: NDArray[np.float64]
    alone_bias: float
    alone_threshold: float


@dataclass(frozen=True, slots=True)
class SchemeHead:
    """One scheme's part: dual coefficients (examples, concepts), description phrases and whose they are."""

    dual: NDArray[np.float16]
    phrases: NDArray[np.float16]
    owners: NDArray[np.int64]
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Head:
    """Everything that training leaves behind, in one encoder's space: centre (d), probe (d), the
    federal weights (d, 17), examples (n, d)."""

    encoder: str
    centre: NDArray[np.float32]
    probe: NDArray[np.float32]
    federal: NDArray[np.float16]
    examples: NDArray[np.float16]
    schemes: dict[Scheme, SchemeHead]

    def fits(self, encoder: Encoder | None) -> bool:
        """Whether this encoder makes the vectors that the head was trained on: it has the same dimension and sees
        one probe sentence the same way. Engine and checkpoint of the same weights both fit."""
        if encoder is None or encoder.dimension != len(self.probe):
            return False
        return float(semantic.encode([PROBE], encoder)[0] @ self.probe) > _SAME

    def scores(self, alike: semantic.Matrix, scheme: Scheme) -> NDArray[np.float64]:
        """The learned scores, shape (texts, concepts), near 1 for a concept's own examples."""
        return np.asarray(alike @ self.schemes[scheme].dual.astype(np.float32), dtype=np.float64)

    def opinion(self, vectors: semantic.Matrix, scheme: Scheme) -> NDArray[np.float64]:
        """What the federal labels say of centred texts, shape (texts, concepts); they speak of goals only."""
        if scheme is not Scheme.SDG:
            return np.zeros((len(vectors), len(scheme_codes(scheme))))
        return np.asarray(vectors @ self.federal.astype(np.float32), dtype=np.float64)

    def near(self, vectors: semantic.Matrix, scheme: Scheme) -> NDArray[np.float64]:
        """Nearness of centred texts to the concepts' descriptions, shape (texts, concepts)."""
        part = self.schemes[scheme]
        own = semantic.nearness(vectors, part.phrases.astype(np.float32), part.owners, len(scheme_codes(scheme)))
        return np.asarray(own, dtype=np.float64)


def save(head: Head, path: Path) -> None:
    """Writes the head as an .npz whose bytes depend on nothing but its content."""
    arrays: dict[str, Any] = {
        "encoder": np.array(head.encoder),
        "centre": head.centre,
        "probe": head.probe,
        "federal": head.federal,
        "examples": head.examples,
    }
    for scheme, part in head.schemes.items():
        arrays |= {f"{scheme}.{name}": getattr(part, name) for name in ("dual", "phrases", "owners")}
        for entry in fields(Calibration):
            arrays[f"{scheme}.{entry.name}"] = np.asarray(getattr(part.calibration, entry.name))
    write_arrays(path, arrays)


@cache
def load() -> Head:
    """The head that is kept in the repository."""
    stored = read_arrays(Path(str(resources.files("kg.mapping") / "data" / FILE)))
    return Head(
        str(stored["encoder"]),
        stored["centre"],
        stored["probe"],
        stored["federal"],
        stored["examples"],
        {scheme: _part(stored, scheme) for scheme in SCHEMES},
    )


def _part(stored: Any, scheme: Scheme) -> SchemeHead:
    values: dict[str, Any] = {entry.name: stored[f"{scheme}.{entry.name}"] for entry in fields(Calibration)}
    plain: dict[str, Any] = {name: value if value.ndim else float(value) for name, value in values.items()}
    dual, phrases, owners = (stored[f"{scheme}.{name}"] for name in ("dual", "phrases", "owners"))
    return SchemeHead(dual, phrases, owners, Calibration(**plain))
