"""What people corrected, beside the generations: it survives rebuilding and wins over extraction and mapping.

workspace/corrections.jsonl         values of items, one JSON object a line (see `ingest.extract.corrections`)
workspace/link-corrections.jsonl    links confirmed or rejected (see `kg.mapping.corrections`)

Each generation keeps a copy of both, so that going back to it brings back the corrections of its time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.extract import corrections as values
from kg.mapping import corrections as reviews
from search_app.services import stages


@dataclass(frozen=True, slots=True)
class Corrections:
    """What people corrected: values of items and links; and who publishes that, empty for the command line."""

    items: tuple[values.Correction, ...] = ()
    links: tuple[reviews.Correction, ...] = ()
    publisher: str = ""


def items(workspace: Path) -> Path:
    """The layer of corrected values."""
    return workspace / "corrections.jsonl"


def links(workspace: Path) -> Path:
    """The layer of confirmed and rejected links."""
    return workspace / "link-corrections.jsonl"


def state(workspace: Path) -> str:
    """A hash of both layers: it changes when a correction is made."""
    layers = (items(workspace), links(workspace))
    return stages.digest(b"\0".join(path.read_bytes() if path.is_file() else b"" for path in layers))


def load(folder: Path) -> Corrections:
    """The corrections that lie in a workspace, a generation or a draft."""
    return Corrections(values.load(items(folder)), reviews.read_corrections(links(folder)))


def append(folder: Path, new: Corrections) -> None:
    """Adds corrections to those that lie in a folder."""
    if new.items:
        values.append(items(folder), new.items)
    if new.links:
        reviews.append_corrections(links(folder), new.links)


@contextmanager
def added(workspace: Path, new: Corrections) -> Iterator[None]:
    """Adds corrections, and takes them back where what follows fails."""
    layers = (items(workspace), links(workspace))
    before = {path: path.read_bytes() if path.is_file() else None for path in layers}
    append(workspace, new)
    try:
        yield
    except BaseException:
        for path, data in before.items():
            if data is None:
                path.unlink(missing_ok=True)
            else:
                stages.write_atomically(path, data)
        raise


def take_back(folder: Path, item: str, field: str, date: str) -> None:
    """Takes the correction of an item's field, or of its link to a concept (IRI), of that time out of a folder."""
    for path in (items(folder), links(folder)):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.is_file() else []
        made = [(json.loads(line), line) for line in lines if line.strip()]
        of_link = path == links(folder)
        taken = (item, field, date)
        kept = [
            line
            for each, line in made
            if (each["item"], each["concept" if of_link else "field"], each["date"]) != taken
        ]
        if len(kept) < len(made):
            stages.write_atomically(path, "".join(kept).encode())


def copy(source: Path, target: Path) -> None:
    """Puts the corrections of a workspace into a new generation, also where there are none."""
    for path in (items(source), links(source)):
        stages.write_atomically(target / path.name, path.read_bytes() if path.is_file() else b"")


def keep(workspace: Path, generation: Path) -> None:
    """Gives a generation of before copies were kept a copy of the corrections that it serves with now."""
    for path in (items(workspace), links(workspace)):
        if not (generation / path.name).exists():
            stages.write_atomically(generation / path.name, path.read_bytes() if path.is_file() else b"")


def bring_back(generation: Path, workspace: Path) -> None:
    """Puts the corrections of a generation in place of those of the workspace.

    A generation of before copies were kept says nothing of its corrections: those of the workspace stay.
    """
    for path in (items(generation), links(generation)):
        if path.is_file():
            stages.write_atomically(workspace / path.name, path.read_bytes())
