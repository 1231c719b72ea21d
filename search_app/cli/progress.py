"""Progress bars on stderr, so that stdout holds answers only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from search_app.cli.language import speak

T = TypeVar("T")


class Bar:
    """Shows a bar on a terminal, and nothing where stderr is no terminal."""

    def track(self, label: str, things: Iterable[T], total: int) -> Iterable[T]:
        """The same things, counted."""
        from rich.console import Console
        from rich.progress import track

        console = Console(stderr=True)
        return track(things, speak(label), total, console=console, transient=True, disable=not console.is_terminal)
