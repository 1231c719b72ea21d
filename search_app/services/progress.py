"""Progress of long work: what is being done, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Passes things on while showing how many of them are done."""

    def track(self, label: str, things: Iterable[T], total: int) -> Iterable[T]:
        """The same things; `label` is an English text that the edge translates."""


class Silent:
    """Shows nothing."""

    def track(self, label: str, things: Iterable[T], total: int) -> Iterable[T]:
        """The same things."""
        return things
