"""What people corrected, beside the generations: it survives rebuilding and wins over extraction and mapping.

workspace/corrections.jsonl         values of items, one JSON object a line (see `ingest.extract.corrections`)
workspace/link-corrections.jsonl    links confirmed or rejected (see `kg.mapping.corrections`)
"""

from __future__ import annotations

from pathlib import Path

from search_app.services import stages


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
