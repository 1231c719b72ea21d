"""The evaluation as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.mapping.evaluate import Report, SchemeReport
    from kg.mapping.metrics import Score


def render(report: Report) -> str:
    """Scores, methods, single concepts and the reliability table of every scheme."""
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
