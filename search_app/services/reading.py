"""Reading many sources with the engine of the settings, each bounded in time and memory; what was read is kept.

The key of what is kept is a hash of the source's bytes, of its options and of our own code. A cluster is sent the
bytes and gives back document and plan: only this machine reads sources and writes into the workspace.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ingest import bounded
from ingest.bounded import Limits
from ingest.cluster import Cluster
from ingest.outcome import Issue, Outcome, Status, issue_from
from ingest.pipeline import process
from ingest.sources import SourceRequest, sha256
from kg import municipalities
from kg.errors import InsekError
from kg.model import Plan
from kg.serial import from_json, to_json
from kg.settings import Settings
from search_app.services import stages
from search_app.services.generation import Published

_TOWNS = "towns.ttl"


@dataclass(frozen=True, slots=True)
class SourceReport:
    """How one source ended: what is published from it, and what a person should know."""

    location: str
    status: Status
    issues: tuple[Issue, ...] = ()
    published: Published | None = None


@dataclass(frozen=True, slots=True)
class _Sought:
    """A source that has to be read: where its bytes lie, and the key of what is read from it."""

    request: SourceRequest
    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class _Packed:
    """A source with its bytes, and with the towns that were added in our workspace."""

    request: SourceRequest
    name: str
    changed: float
    data: bytes
    towns: bytes | None


def code_version() -> str:
    """A hash over all code and data that what is read depends on."""
    return stages.code_version("ingest", "kg", "ontologies")


def read_each(requests: Sequence[SourceRequest], settings: Settings) -> Iterator[tuple[int, SourceReport | InsekError]]:
    """The report on each source with its place, as they come. Raises EngineError where the engine cannot be used."""
    limits = Limits(settings.document_seconds, settings.document_megabytes)
    if settings.cluster:
        return _on_cluster(requests, settings, settings.cluster, limits)
    names = [request.location for request in requests]
    work = partial(_read, settings=settings)
    return bounded.each(work, requests, names, limits, settings.jobs, _largest_first(requests))


def _largest_first(requests: Sequence[SourceRequest]) -> list[int]:
    """Places in the order to begin in: what takes longest last would leave the other processes idle at the end."""
    return sorted(range(len(requests)), key=lambda place: -_size(requests[place]))


def _size(request: SourceRequest) -> float:
    """Bytes of a file; an address comes first, since it has to be fetched, and a missing file last."""
    if request.is_address:
        return math.inf
    path = Path(request.location)
    return path.stat().st_size if path.is_file() else 0


def failed(location: str, error: InsekError) -> SourceReport:
    """The report on a source that cannot be read."""
    return SourceReport(location, Status.FAILED, (issue_from(error),))


def counted(document: Published, plan: Plan) -> Published:
    """The document with the number of items in its plan."""
    return replace(
        document,
        topics=len(plan.topics),
        areas=len(plan.areas),
        goals=len(plan.goals),
        measures=len(plan.measures),
    )


def _read(request: SourceRequest, settings: Settings) -> SourceReport:
    found = _look(request, settings)
    if isinstance(found, SourceReport):
        return found
    return _kept(process(request, found.path, settings), found.key, settings)


def _on_cluster(
    requests: Sequence[SourceRequest], settings: Settings, address: str, limits: Limits
) -> Iterator[tuple[int, SourceReport | InsekError]]:
    sought: list[tuple[int, _Sought]] = []
    for place, request in enumerate(requests):
        found = _look(request, settings)
        if isinstance(found, SourceReport):
            yield place, found
        else:
            sought.append((place, found))
    if not sought:
        return
    packed = (_packed(one, settings) for _, one in sought)
    names = [one.request.location for _, one in sought]
    work = partial(_process_bounded, settings=settings, limits=limits)
    with Cluster(address, code_version, limits.seconds) as cluster:
        for number, result in cluster.each(work, packed, names):
            place, one = sought[number]
            yield place, result if isinstance(result, InsekError) else _kept(result, one.key, settings)


def _packed(sought: _Sought, settings: Settings) -> _Packed:
    towns = settings.towns.read_bytes() if settings.towns else None
    path = sought.path
    return _Packed(sought.request, path.name, path.stat().st_mtime, path.read_bytes(), towns)


def _process_bounded(packed: _Packed, settings: Settings, limits: Limits) -> Outcome | InsekError:
    """Runs on a worker: the same bounds for each document as on this machine."""
    # A worker under a nanny counts as a daemon, which may start no process; ours end with it or at their deadline.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    work = partial(_process_bytes, settings=settings)
    ((_, result),) = bounded.each(work, [packed], [packed.request.location], limits)
    return result


def _process_bytes(packed: _Packed, settings: Settings) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "source", packed.name)
        path.parent.mkdir()
        path.write_bytes(packed.data)
        os.utime(path, (packed.changed, packed.changed))
        if packed.towns is not None:
            Path(folder, _TOWNS).write_bytes(packed.towns)
        return process(packed.request, path, replace(settings, workspace=Path(folder)))


def _look(request: SourceRequest, settings: Settings) -> SourceReport | _Sought:
    """The report on a source where content, options and code are the same as before, or what has to be read."""
    cache = settings.workspace / "cache"
    try:
        path = _fetched(request, settings) if request.is_address else Path(request.location)
        key = _key(request, path, settings)
    except InsekError as error:
        return failed(request.location, error)
    known = cache / "reports" / key
    if known.exists() and (cache / "documents" / key).exists() and (cache / "extracted" / key).exists():
        return from_json(known.read_bytes(), SourceReport)
    return _Sought(request, path, key)


def _fetched(request: SourceRequest, settings: Settings) -> Path:
    from ingest.fetch import fetch

    return fetch(request.location, settings.workspace / "cache" / "fetched", settings)


def _key(request: SourceRequest, path: Path, settings: Settings) -> str:
    options = (request.location, request.municipality, request.title, request.declared_id, request.columns)
    return stages.key(sha256(path), repr(options), settings.pdf_reader, settings.ocr, code_version())


def _kept(outcome: Outcome, key: str, settings: Settings) -> SourceReport:
    """The report on an outcome, whose document and plan are put into the cache."""
    document, plan, cache = outcome.document, outcome.plan, settings.workspace / "cache"
    if document is None or plan is None:
        return SourceReport(outcome.location, outcome.status, outcome.issues)
    stages.write_atomically(cache / "documents" / key, to_json(document))
    stages.write_atomically(cache / "extracted" / key, to_json(plan))
    town = municipalities.load(settings.towns).get(plan.municipality)
    published = Published(
        document_id=document.id,
        plan_id=plan.id,
        location=outcome.location,
        title=plan.title,
        municipality=plan.municipality,
        municipality_name=town.name if town else plan.municipality,
        sha256=document.source.sha256,
        made_from=key,
        pages=len(document.pages),
        issues=outcome.issues,
    )
    report = SourceReport(outcome.location, outcome.status, outcome.issues, counted(published, plan))
    stages.write_atomically(cache / "reports" / key, to_json(report))
    return report
