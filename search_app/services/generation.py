"""Generations: everything that is published at one time, in one folder whose data nobody writes any more.

workspace/
  current            symbolic link to the generation that serves; replaced in one step
  generations/<id>/  manifest.json · documents/ · plans/ · store/ · index/ · catalog.sqlite
                     export/, files of the whole graph, each made when first asked for
  cache/             results of the stages, by content hash and code version
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.outcome import Issue
from kg.errors import EngineError, NotFound, NotPublished
from kg.model import Document, Plan
from kg.serial import from_json, to_json

_KEEP = 3
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Published:
    """One document of a generation: what it is and what was found.

    `made_from` is the key of its cached results, `content` that of all that is said of it.
    """

    document_id: str
    plan_id: str
    location: str
    title: str
    municipality: str
    municipality_name: str
    sha256: str
    made_from: str
    pages: int
    topics: int = 0
    areas: int = 0
    goals: int = 0
    measures: int = 0
    issues: tuple[Issue, ...] = ()
    content: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of. `created` is an ISO time in UTC.

    `made_with` is the key of code, settings and corrections, `program` that of code and settings alone.
    `author` is who published it in the browser, empty for the command line.
    """

    id: str
    created: str
    version: str
    made_with: str
    base_iri: str
    encoder: str
    triples: int
    documents: tuple[Published, ...]
    program: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation on disk."""

    directory: Path
    manifest: Manifest

    @property
    def store(self) -> Path:
        """Folder of the Oxigraph store."""
        return self.directory / "store"

    @property
    def index(self) -> Path:
        """Folder of the search index and the catalogue."""
        return self.directory / "index"

    def document(self, identifier: str) -> Document:
        """The document as it was read. Raises NotFound."""
        return from_json(self._file("documents", identifier), Document)

    def plan(self, document_id: str) -> Plan:
        """The plan of that document, as extracted and corrected. Raises NotFound."""
        return from_json(self._file("plans", document_id), Plan)

    def _file(self, folder: str, identifier: str) -> bytes:
        known = {published.document_id for published in self.manifest.documents}
        if identifier not in known:
            raise NotFound("no document {id!r}; 'insek status' lists those published", id=identifier)
        return (self.directory / folder / f"{identifier}.json").read_bytes()


def current(workspace: Path) -> Generation:
    """The generation that serves. Raises NotPublished where nothing has been published yet."""
    pointer = workspace / "current"
    if not pointer.exists():
        raise NotPublished(
            "{workspace}: nothing has been published yet; run 'insek build SOURCE…' or 'insek demo'",
            workspace=workspace,
        )
    return _open(pointer.resolve())


def _open(directory: Path) -> Generation:
    return Generation(directory, from_json((directory / "manifest.json").read_bytes(), Manifest))


def serving_id(workspace: Path) -> str:
    """The id of the generation that serves, empty where there is none; cheap enough to be asked at each request."""
    try:
        return (workspace / "current").readlink().name
    except OSError:
        return ""


def kept(workspace: Path) -> tuple[Generation, ...]:
    """All finished generations, the latest first."""
    return tuple(_open(path) for path in reversed(_finished(workspace)))


def restore(workspace: Path, identifier: str) -> Generation:
    """Makes a kept generation serve again. Raises NotFound; call it inside `exclusive`."""
    found = next((known for known in kept(workspace) if known.manifest.id == identifier), None)
    if found is None:
        raise NotFound("no version {id!r} is kept any more", id=identifier)
    os.utime(found.directory)  # the last to serve is the last to be removed
    _point(workspace, found.directory)
    return found


def current_or_none(workspace: Path) -> Generation | None:
    """The generation that serves, or None."""
    try:
        return current(workspace)
    except NotPublished:
        return None


@contextmanager
def exclusive(workspace: Path) -> Iterator[None]:
    """Holds the workspace for one build. Raises EngineError where another build is running."""
    workspace.mkdir(parents=True, exist_ok=True)
    with (workspace / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EngineError(
                "{workspace}: another build is running; wait for it to end", workspace=workspace
            ) from error
        yield


@contextmanager
def unfinished(workspace: Path) -> Iterator[Path]:
    """A folder to build a generation in. It is removed again unless `publish` has moved it into place.

    Left-overs of builds that were killed are removed first; call it inside `exclusive`.
    """
    generations = workspace / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    for leftover in generations.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover)
    directory = generations / f"{_UNFINISHED}{os.getpid()}"
    directory.mkdir()
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def new_id(workspace: Path) -> str:
    """An identifier for the next generation: the time in UTC, with a counter where two fall into one second."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    taken = {path.name for path in (workspace / "generations").glob(f"{stamp}*")}
    return next(name for count in range(len(taken) + 1) if (name := f"{stamp}-{count}") not in taken)


def publish(workspace: Path, directory: Path, manifest: Manifest) -> Generation:
    """Moves a finished folder into place and points `current` at it, each in one atomic step.

    A crash before the last step leaves the previous generation serving. Older generations beyond three are removed.
    """
    (directory / "manifest.json").write_bytes(to_json(manifest))
    _flush(directory)
    final = workspace / "generations" / manifest.id
    directory.rename(final)
    _point(workspace, final)
    _prune(workspace, final)
    return Generation(final, manifest)


def _point(workspace: Path, final: Path) -> None:
    pointer = workspace / ".next"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(final.relative_to(workspace))
    pointer.replace(workspace / "current")


def _flush(directory: Path) -> None:
    for path in directory.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _prune(workspace: Path, serving: Path) -> None:
    for old in [path for path in _finished(workspace) if path != serving][: -(_KEEP - 1)]:
        shutil.rmtree(old)


def _finished(workspace: Path) -> list[Path]:
    """The folders of finished generations in the order in which they came to serve."""
    folders = (path for path in workspace.glob("generations/*") if not path.name.startswith("."))
    return sorted(folders, key=lambda path: (path.stat().st_mtime_ns, path.name))
