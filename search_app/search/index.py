"""Builds the search index of a generation and describes it in a manifest."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from kg.encoding import Encoder
from kg.errors import IndexMismatch, NotPublished
from kg.model import Entry
from search_app.search import lexical
from search_app.search.arrays import ArrayWriter
from search_app.search.catalog_file import Change
from search_app.search.late import LateEncoder, TokenWriter, late_encoder
from search_app.search.reuse import HASHES, Previous, text_hash
from search_app.search.units import Indexed, with_context
from search_app.search.vectors import VectorWriter

if TYPE_CHECKING:
    from search_app.search.late import Bytes, Floats

    Vectors = tuple[Floats, list[Bytes]]

FOLDER = "index"
VERSION = 8
_ENCODED_AT_ONCE = 512
_QUESTIONS = 106


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made with: our version, the encoder's name, the vectors' length, how much is in it.

    `late` names the adapter for search, where the encoder has one; `items` counts all numbers that were ever given;
    `digest` is that of the ids in their order, the same as the catalogue's.
    """

    version: int
    encoder: str
    dimension: int
    late: str | None
    items: int
    units: int
    digest: str


def embed(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """Vectors of texts, shape (n, dimension), and the token vectors of each, where the encoder has these."""
    late = late_encoder(encoder.name)
    return late.documents(texts) if late else (encoder.encode_documents(texts), [])


def build(
    directory: Path,
    entries: Iterable[Entry],
    encoder: Encoder,
    previous: Path | None = None,
    embedding: Callable[[Sequence[str]], Vectors] | None = None,
    change: Change | None = None,
) -> Manifest:
    """Writes `index/` into the directory: vectors and lexical index over the entries, in their order.

    The entries are those the catalogue was written with. They are read once, a batch at a time, so that memory stays
    bounded. An encoder with token vectors gets an index of these too. Texts that the index of the `previous`
    generation holds are not embedded again; `embedding` embeds the others, `embed` on this machine by default.

    With a `change`, as the catalogue was written, the index is the previous one without what is gone and with the
    entries, which are those that came. It has to be `usable` with this encoder.
    """
    previous = previous if usable(previous, encoder) else None
    folder = directory / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    known = Previous(previous / FOLDER, tokens=late_encoder(encoder.name) is not None) if previous else None
    writer = _Writer(folder, encoder, known, embedding or partial(embed, encoder=encoder), change)
    before = change.previous / FOLDER / "lexical" if change else None
    lexical.build(folder / "lexical", writer.through(entries), before, change.terms if change else ())
    manifest = writer.close()
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
    return manifest


class _Writer:
    """Embeds the entries that pass through on their way to the lexical index."""

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        previous: Previous | None,
        embedding: Callable[[Sequence[str]], Vectors],
        change: Change | None,
    ) -> None:
        self._embedding = embedding
        self._encoder = encoder
        self._previous = previous
        before = change.previous / FOLDER if change else None
        manifest = read_manifest(change.previous) if change else None
        self._hashes = ArrayWriter(folder / HASHES, "<i8", None, before and before / HASHES)
        self._late: LateEncoder | None = late_encoder(encoder.name)
        self._vectors = VectorWriter(folder / "vectors", encoder.dimension, before and before / "vectors")
        self._tokens = TokenWriter(folder / "late", before and before / "late") if self._late else None
        self._digest = change.digest(manifest.digest) if change and manifest else hashlib.sha256()
        self._items = manifest.items if manifest else 0

    def through(self, entries: Iterable[Entry]) -> Iterator[lexical.Texts]:
        """What the lexical index takes of each entry."""
        for batch in _batches(with_context(entries, self._items), _ENCODED_AT_ONCE):
            units = [(one.row, unit) for one in batch for unit in one.units]
            self._embed([unit for _, unit in units], [row for row, _ in units])
            self._items += len(batch)
            for one in batch:
                item = one.entry.item
                self._digest.update(item.id.encode() + b"\n")
                around = " ".join(filter(None, (one.goal or one.topic, one.entry.municipality.name)))
                yield lexical.Texts(one.row, item.label, item.description, around, one.terms)

    def _embed(self, texts: list[str], rows: list[int]) -> None:
        import numpy as np

        hashes = [text_hash(text) for text in texts]
        self._hashes.add(np.asarray(hashes, np.int64))
        known = [self._previous.unit(key) if self._previous else None for key in hashes]
        vectors, tokens = self._embedding([text for text, unit in zip(texts, known, strict=True) if unit is None])
        fresh, fresh_tokens = iter(vectors), iter(tokens)
        old = self._previous
        self._vectors.add(
            np.stack([next(fresh) if unit is None or old is None else old.vector(unit) for unit in known]), rows
        )
        if self._tokens:
            kept = (next(fresh_tokens) if unit is None or old is None else old.tokens(unit) for unit in known)
            self._tokens.add([one for one in kept if one is not None])

    def close(self) -> Manifest:
        """Finishes the files."""
        self._hashes.close()
        questions = _typical_questions()
        asked = self._late.queries(questions)[0] if self._late else self._encoder.encode_queries(questions)
        self._vectors.close(asked.mean(axis=0))
        if self._tokens:
            self._tokens.close()
        late = self._late.name if self._late else None
        name, dimension = self._encoder.name, self._encoder.dimension
        return Manifest(VERSION, name, dimension, late, self._items, self._vectors.count, self._digest.hexdigest())


def usable(previous: Path | None, encoder: Encoder) -> bool:
    """Whether there is an index in that folder that was made by the same encoder and version."""
    if previous is None:
        return False
    try:
        manifest = read_manifest(previous)
        check(manifest, encoder, manifest.digest)
    except (NotPublished, IndexMismatch):
        return False
    return True


def pairs() -> list[tuple[str, str]]:
    """Questions in everyday words, each with what a plan calls the matter (pairs.tsv, written for this project)."""
    lines = resources.files(__package__).joinpath("pairs.tsv").read_text(encoding="utf-8").splitlines()
    return [(question, phrase) for question, _, phrase in (line.partition("\t") for line in lines)]


def _typical_questions() -> list[str]:
    """Questions whose mean vector is what all questions have in common."""
    questions = [question for question, _ in pairs()]
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
