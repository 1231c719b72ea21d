"""Builds the search index of a generation and describes it in a manifest."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

from kg.encoding import Encoder
from kg.errors import IndexMismatch, NotPublished
from kg.model import Entry
from search_app.search import lexical
from search_app.search.filters import terms_of
from search_app.search.late import LateEncoder, TokenWriter, late_encoder
from search_app.search.units import Indexed, with_context
from search_app.search.vectors import VectorWriter

FOLDER = "index"
VERSION = 1
_ENCODED_AT_ONCE = 512
_QUESTIONS = 106


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made with: our version, the encoder's name, the vectors' length, how much is in it.

    `late` names the late-interaction head, where the encoder has one; `digest` is that of the ids in their order,
    the same as the catalogue's.
    """

    version: int
    encoder: str
    dimension: int
    late: str | None
    items: int
    units: int
    digest: str


def build(directory: Path, entries: Iterable[Entry], encoder: Encoder) -> Manifest:
    """Writes `index/` into the directory: vectors and lexical index over the entries, in their order.

    The entries are those the catalogue was written with. They are read once, a batch at a time, so that memory stays
    bounded. An encoder with token vectors gets an index of these too.
    """
    folder = directory / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    writer = _Writer(folder, encoder)
    lexical.build(folder / "lexical", writer.through(entries))
    manifest = writer.close()
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
    return manifest


class _Writer:
    """Embeds the entries that pass through on their way to the lexical index."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._late: LateEncoder | None = late_encoder(encoder.name)
        self._vectors = VectorWriter(folder / "vectors", encoder.dimension)
        self._tokens = TokenWriter(folder / "late") if self._late else None
        self._digest = hashlib.sha256()
        self._items = 0

    def through(self, entries: Iterable[Entry]) -> Iterator[lexical.Texts]:
        """What the lexical index takes of each entry."""
        for batch in _batches(with_context(entries), _ENCODED_AT_ONCE):
            units = [(self._items + place, unit) for place, one in enumerate(batch) for unit in one.units]
            self._embed([unit for _, unit in units], [row for row, _ in units])
            self._items += len(batch)
            for one in batch:
                item = one.entry.item
                self._digest.update(item.id.encode() + b"\n")
                around = " ".join(filter(None, (one.goal or one.topic, one.entry.municipality.name)))
                yield lexical.Texts(item.label, item.description, around, terms_of(one.entry, one.areas))

    def _embed(self, units: list[str], rows: list[int]) -> None:
        if self._late and self._tokens:
            vectors, tokens = self._late.documents(units)
            self._tokens.add(tokens)
        else:
            vectors = self._encoder.encode_documents(units)
        self._vectors.add(vectors, rows)

    def close(self) -> Manifest:
        """Finishes the files."""
        self._vectors.close(self._encoder.encode_queries(_typical_questions()).mean(axis=0))
        if self._tokens:
            self._tokens.close()
        late = self._late.name if self._late else None
        name, dimension = self._encoder.name, self._encoder.dimension
        return Manifest(VERSION, name, dimension, late, self._items, self._vectors.count, self._digest.hexdigest())


def _typical_questions() -> list[str]:
    """Questions in everyday words, whose mean vector is what all questions have in common."""
    lines = resources.files(__package__).joinpath("pairs.tsv").read_text(encoding="utf-8").splitlines()
    questions = [line.split("\t")[0] for line in lines]
    return questions[:: max(1, len(questions) // _QUESTIONS)]


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
    late = late_encoder(encoder.name)
    expected = {
        "version": VERSION,
        "encoder": encoder.name,
        "dimension": encoder.dimension,
        "late": late.name if late else None,
        "digest": digest,
    }
    for field, value in expected.items():
        found = getattr(manifest, field)
        if found != value:
            raise IndexMismatch(
                "the search index was built with {field} {found}, asked for is {value}; rebuild with 'insek build'",
                field=field,
                found=found,
                value=value,
            )
