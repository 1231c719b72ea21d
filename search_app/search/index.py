"""Builds the search index of a generation and describes it in a manifest."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.encoding import Encoder
from kg.errors import IndexMismatch, NotPublished
from kg.model import Entry
from search_app.search import lexical
from search_app.search.filters import terms_of
from search_app.search.units import Indexed, with_context
from search_app.search.vectors import VectorWriter

FOLDER = "index"
VERSION = 1
_ENCODED_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made with: our version, the encoder's name, the vectors' length, how much is in it.

    `digest` is that of the ids in their order, the same as the catalogue's.
    """

    version: int
    encoder: str
    dimension: int
    items: int
    units: int
    digest: str


def build(directory: Path, entries: Iterable[Entry], encoder: Encoder) -> Manifest:
    """Writes `index/` into the directory: vectors and lexical index over the entries, in their order.

    The entries are those the catalogue was written with; they are read twice where they are a sequence and once,
    a batch at a time, where they are a generator, so that memory stays bounded.
    """
    folder = directory / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    writer = VectorWriter(folder / "vectors", encoder.dimension)
    digest = hashlib.sha256()
    counted = itertools.count()

    def embedded() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
        for batch in _batches(with_context(entries), _ENCODED_AT_ONCE):
            rows = [next(counted) for _ in batch]
            units = [(row, unit) for row, one in zip(rows, batch, strict=True) for unit in one.units]
            writer.add(encoder.encode_documents([unit for _, unit in units]), [row for row, _ in units])
            for one in batch:
                item = one.entry.item
                digest.update(item.id.encode() + b"\n")
                context = " ".join((*one.context[:1], one.entry.municipality.name))
                yield item.label, item.description, context, terms_of(one.entry, one.areas)

    lexical.build(folder / "lexical", embedded())
    writer.close()
    manifest = Manifest(VERSION, encoder.name, encoder.dimension, next(counted), writer.count, digest.hexdigest())
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
    return manifest


def _batches(indexed: Iterable[Indexed], size: int) -> Iterator[list[Indexed]]:
    iterator = iter(indexed)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def read_manifest(directory: Path) -> Manifest:
    """What the index in this directory was made with. Raises NotPublished where there is none."""
    path = directory / FOLDER / "manifest.json"
    if not path.is_file():
        raise NotPublished("{directory}: no search index here; run 'insek build'", directory=directory)
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise IndexMismatch("{path}: not a manifest of ours; rebuild with 'insek build'", path=path) from error


def check(manifest: Manifest, encoder: Encoder, digest: str) -> None:
    """Raises IndexMismatch unless the index fits this program, this encoder and this catalogue."""
    expected = {"version": VERSION, "encoder": encoder.name, "dimension": encoder.dimension, "digest": digest}
    for field, value in expected.items():
        found = getattr(manifest, field)
        if found != value:
            raise IndexMismatch(
                "the search index was built with {field} {found}, asked for is {value}; rebuild with 'insek build'",
                field=field,
                found=found,
                value=value,
            )
