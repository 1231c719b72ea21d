"""What became of a source: published, published with remarks, or failed. One bad source never ends a batch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.errors import InsekError
from kg.model import Document, Plan


class Status(StrEnum):
    """How reading one source ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person should know about a source. `template` and `params` let the edges translate it."""

    kind: str
    template: str
    params: tuple[tuple[str, str | int | float], ...] = ()
    page: int | None = None

    @property
    def message(self) -> str:
        """The remark in English, in one line."""
        return self.template.format(**dict(self.params))


def issue_from(error: InsekError) -> Issue:
    """The issue that says what an error says."""
    params = tuple((name, _plain(value)) for name, value in error.params.items())
    return Issue(kind=type(error).__name__, template=error.template, params=params)


def _plain(value: object) -> str | int | float:
    """Numbers stay numbers, because a message may say how they are written; all else becomes its text."""
    return value if isinstance(value, int | float) else str(value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One source's end: its document and plan where it could be read, and what was noticed on the way."""

    location: str
    status: Status
    issues: tuple[Issue, ...] = ()
    document: Document | None = None
    plan: Plan | None = None
