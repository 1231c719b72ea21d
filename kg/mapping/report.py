"""The evaluation's figures, and their table for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kg.mapping.metrics import Bin, Score
from kg.model import Scheme


@dataclass(frozen=True, slots=True)
class SchemeReport:
    """One scheme's figures on `texts` labelled texts.

    `coverage` is the share of texts with labels that got a link, `silence` the share of texts without labels that
    rightly got none, `primary` how often the link of highest probability is right (the first label, or any label).
    `reliability` and `error` are over links with a probability of at least 0.1, `error_all` over all pairs of text
    and concept. `methods` holds the methods alone and the baselines.
    """

    scheme: Scheme
    texts: int
    combined: Score
    macro_f1: float
    coverage: float
    silence: float | None
    primary: float
    primary_any: float
    error: float
    error_all: float
    reliability: tuple[Bin, ...]
    methods: dict[str, Score]
    concepts: dict[str, Score]


@dataclass(frozen=True, slots=True)
class Report:
    """All schemes' figures, the encoder's name and what the labels are."""

    encoder: str | None
    labels: str
    texts: int
    schemes: tuple[SchemeReport, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as plain lists and dicts."""
        return asdict(self)


def render(report: Report) -> str:
    """Scores, methods, single concepts and the reliability table of every scheme, as text 100 columns wide."""
    head = f"Mapping on {report.texts} texts ({report.labels}), encoder {report.encoder or 'none'}"
    return "\n".join([head, *(line for scheme in report.schemes for line in _scheme(scheme))])


def _scheme(report: SchemeReport) -> Iterator[str]:
    yield ""
    yield f"== {report.scheme} ({report.texts} texts)"
    yield f"{'':<22}{'P':>7}{'R':>7}{'F1':>7}{'n':>7}"
    yield _line("combined", report.combined)
    for name, score in sorted(report.methods.items()):
        yield _line(name, score)
    silence = "" if report.silence is None else f"   silent where nothing fits {report.silence:.3f}"
    yield f"macro-F1 {report.macro_f1:.3f}   primary right {report.primary:.3f} (any label {report.primary_any:.3f})"
    yield f"coverage {report.coverage:.3f}{silence}"
    yield f"expected calibration error {report.error:.3f} (links from 0.1), {report.error_all:.3f} (all pairs)"
    yield "reliability: " + "  ".join(f"{row.mean:.2f}→{row.right:.2f} ({row.count})" for row in report.reliability)
    for code, score in report.concepts.items():
        yield _line(f"  {code}", score)


def _line(name: str, score: Score) -> str:
    interval = "" if score.low is None else f"   F1 95 % {score.low:.2f} to {score.high:.2f}"
    return f"{name:<22}{score.precision:>7.3f}{score.recall:>7.3f}{score.f1:>7.3f}{score.cases:>7}{interval}"
