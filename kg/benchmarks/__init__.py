"""How fast the graph is built and asked, against named peers, as ratios in one run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A task, the seconds that we and a peer took for it, in one run on one machine."""

    task: str
    ours: float
    peer: str
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer we are."""
        return self.theirs / self.ours
