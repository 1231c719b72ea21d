"""Building: sources are read, mapped, written as RDF and indexed, and published as one generation.

Each stage keeps its results by what they were made from, so that a document that did not change costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from ingest.extract import corrections as layer
from ingest.outcome import Issue, Status
from ingest.sources import SourceRequest
from kg.errors import InsekError, NotFound
from kg.model import Plan
from kg.serial import from_json, to_json
from kg.settings import Settings
from search_app.services import collections, corrections, generation, mirror
from search_app.services.assemble import assemble, made_with
from search_app.services.corrections import Corrections
from search_app.services.generation import Generation, Published
from search_app.services.graphs import DocumentsRefused, left_as_published
from search_app.services.progress import Progress
from search_app.services.reading import SourceReport, counted, failed, read_each

NONE = Corrections()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """How a build ended: a report per source in their order, and the generation that serves now, if any.

    `remarks` concern no single source, such as a correction whose item is gone.
    """

    sources: tuple[SourceReport, ...]
    generation: Generation | None
    changed: bool
    remarks: tuple[Issue, ...] = ()


def build(
    requests: Sequence[SourceRequest], settings: Settings, progress: Progress, corrected: Corrections = NONE
) -> BuildReport:
    """Reads the sources and publishes them, corrected, together with what was published before.

    A source replaces what was published from the same location or under the same id; one that fails leaves it.
    Where nothing is new, nothing is done.
    """
    with generation.exclusive(settings.workspace):
        previous = generation.current_or_none(settings.workspace)
        reports = read(requests, settings, progress)
        while fresh := [report.published for report in reports if report.published]:
            kept = _not_replaced(previous, fresh) if previous else []
            try:
                documents = [*kept, *_without_repeats(fresh)]
                return _publish_all(reports, previous, documents, settings, progress, corrected)
            except DocumentsRefused as refused:
                reports = _without(reports, refused)
        return BuildReport(reports, previous, changed=False)


def read(requests: Sequence[SourceRequest], settings: Settings, progress: Progress) -> tuple[SourceReport, ...]:
    """Reads the sources and keeps the results in the cache; nothing is published. A report per source found."""
    found = [part for request in requests for part in _discover(request, settings)]
    made = progress.track("Reading", _read_all(found, settings), len(found))
    return tuple(report for _, report in sorted(made, key=itemgetter(0)))


def extracted(published: Published, settings: Settings) -> Plan:
    """The plan of a document that was read before, without corrections."""
    return from_json((settings.workspace / "cache" / "extracted" / published.made_from).read_bytes(), Plan)


def remove(
    document_ids: Sequence[str], settings: Settings, progress: Progress, corrected: Corrections = NONE
) -> BuildReport:
    """Publishes a generation without these documents. Raises NotFound where one is not published."""
    with generation.exclusive(settings.workspace):
        previous = generation.current(settings.workspace)
        known = {document.document_id for document in previous.manifest.documents}
        if unknown := sorted(set(document_ids) - known):
            raise NotFound("no document {id!r}; 'insek status' lists those published", id=", ".join(unknown))
        kept = [document for document in previous.manifest.documents if document.document_id not in document_ids]
        return _publish_all((), previous, kept, settings, progress, corrected)


def correct(path: Path, author: str, settings: Settings, progress: Progress) -> tuple[int, BuildReport]:
    """Records what an edited table of items changes, with author and date, and publishes it; the number of values.

    Raises SourceError for a table that cannot be read, InvalidRequest for an item that is not published; nothing is
    recorded then.
    """
    with generation.exclusive(settings.workspace):
        previous = generation.current(settings.workspace)
        documents = previous.manifest.documents
        plans = [previous.plan(document.document_id) for document in documents]
        today = datetime.now(UTC).date().isoformat()
        found = layer.read_edited(path, plans, author=author, date=today)
        return len(found), _publish_all((), previous, list(documents), settings, progress, Corrections(found))


def revise(corrected: Corrections, settings: Settings, progress: Progress) -> BuildReport:
    """Publishes what is published again, corrected. Raises NotPublished."""
    with generation.exclusive(settings.workspace):
        previous = generation.current(settings.workspace)
        return _publish_all((), previous, list(previous.manifest.documents), settings, progress, corrected)


def restore(identifier: str, workspace: Path) -> Generation:
    """Makes a kept generation serve again, with the corrections of its time. Raises NotFound."""
    with generation.exclusive(workspace):
        restored = generation.restore(workspace, identifier)
        corrections.bring_back(restored.directory, workspace)
        return restored


def _without(reports: tuple[SourceReport, ...], refused: DocumentsRefused) -> tuple[SourceReport, ...]:
    """The reports, failed where the document may not be published. Raises what was refused where it is in none."""
    issues = {report: refused.issues.get(report.published.document_id, ()) for report in reports if report.published}
    if not any(issues.values()):
        raise refused
    return tuple(
        SourceReport(report.location, Status.FAILED, found) if (found := issues.get(report, ())) else report
        for report in reports
    )


def _not_replaced(previous: Generation, fresh: list[Published]) -> list[Published]:
    locations = {document.location for document in fresh}
    ids = {document.document_id for document in fresh}
    documents = previous.manifest.documents
    return [old for old in documents if old.location not in locations and old.document_id not in ids]


def _without_repeats(documents: list[Published]) -> list[Published]:
    return list({document.document_id: document for document in documents}.values())


def _publish_all(
    reports: tuple[SourceReport, ...],
    previous: Generation | None,
    documents: list[Published],
    settings: Settings,
    progress: Progress,
    new: Corrections,
) -> BuildReport:
    """Publishes the documents. One that was published before and breaks a rule now stays in the graph as it was, and a
    remark says so, unless it is what `new` corrects. Raises DocumentsRefused for that and for what is not published.
    """
    try:
        return _publish(reports, previous, documents, settings, progress, new)
    except DocumentsRefused as refused:
        if previous is None or not _may_stay(refused, previous, documents, new):
            raise
        report = _publish(reports, previous, documents, settings, progress, new, tuple(refused.issues))
        told = (left_as_published(one, refused.issues[one.document_id]) for one in _refused(documents, refused))
        return replace(report, remarks=(*report.remarks, *told))


def _refused(documents: Sequence[Published], refused: DocumentsRefused) -> list[Published]:
    return [one for one in documents if one.document_id in refused.issues]


def _may_stay(
    refused: DocumentsRefused, previous: Generation, documents: Sequence[Published], new: Corrections
) -> bool:
    """Whether all that was refused is published as it is, and none of it is corrected now."""
    before = {old.document_id: old.made_from for old in previous.manifest.documents}
    corrected = {made.item.encode() for made in new.items} | {made.item_id.encode() for made in new.links}
    for one in _refused(documents, refused):
        if before.get(one.document_id) != one.made_from:
            return False
        plan = (previous.directory / "plans" / f"{one.document_id}.json").read_bytes()
        if any(item in plan for item in corrected):
            return False
    return True


def _publish(
    reports: tuple[SourceReport, ...],
    previous: Generation | None,
    documents: list[Published],
    settings: Settings,
    progress: Progress,
    new: Corrections,
    left: Collection[str] = (),
) -> BuildReport:
    workspace = settings.workspace
    if previous:
        corrections.keep(workspace, previous.directory)
    with corrections.added(workspace, new):
        if previous and previous.manifest.made_with == made_with(settings) and _same(previous, documents):
            mirror.catch_up(previous.store, previous.manifest, settings, progress)
            return BuildReport(tuple(map(_unchanged, reports)), previous, changed=False)
        with generation.unfinished(workspace) as directory:
            for document in documents:
                _lay(document, directory, previous, workspace / "cache")
            corrected, remarks = _apply_corrections(directory, documents, workspace)
            corrections.copy(workspace, directory)
            manifest = replace(assemble(directory, corrected, settings, progress, left), author=new.publisher)
            mirror.write(directory / "store", manifest, settings, progress)
            collection = collections.write(directory, manifest, settings, progress)
            published = generation.publish(workspace, directory, manifest)
            mirror.complete(manifest, settings)
            collections.serve(collection, settings)
    return BuildReport(reports, published, changed=True, remarks=remarks)


def _same(previous: Generation, documents: list[Published]) -> bool:
    return {old.made_from for old in previous.manifest.documents} == {new.made_from for new in documents}


def _unchanged(report: SourceReport) -> SourceReport:
    return replace(report, status=Status.UNCHANGED) if report.published else report


def _lay(document: Published, directory: Path, previous: Generation | None, cache: Path) -> None:
    """Puts a document and its plan as extracted into the new generation, from the cache or the previous generation."""
    for folder in ("documents", "extracted"):
        name = f"{document.document_id}.json"
        cached = cache / folder / document.made_from
        source = cached if cached.exists() or previous is None else previous.directory / folder / name
        (directory / folder).mkdir(exist_ok=True)
        (directory / folder / name).hardlink_to(source)


def _apply_corrections(
    directory: Path, documents: list[Published], workspace: Path
) -> tuple[list[Published], tuple[Issue, ...]]:
    """Writes the plans as people corrected them; the documents with their counts, and corrections of lost items."""
    made = layer.load(corrections.items(workspace))
    items = {correction.item for correction in made}
    (directory / "plans").mkdir()
    corrected, known = [], set[str]()
    for document in documents:
        name = f"{document.document_id}.json"
        source, target = directory / "extracted" / name, directory / "plans" / name
        data = source.read_bytes() if items else b""
        mentioned = {item for item in items if item.encode() in data}
        if mentioned:
            plan, _ = layer.apply(from_json(data, Plan), made)
            target.write_bytes(to_json(plan))
        else:
            target.hardlink_to(source)
        known |= mentioned
        corrected.append(counted(document, plan) if mentioned else document)
    return corrected, layer.lost(items - known)


def _discover(request: SourceRequest, settings: Settings) -> list[SourceRequest | SourceReport]:
    """The sources behind a request: one address may stand for several chapters or annexes."""
    if not request.is_address:
        return [request]
    from ingest.web.discover import sources_at

    try:
        return list(sources_at(request, settings.workspace / "cache" / "fetched", settings))
    except InsekError as error:
        return [failed(request.location, error)]


def _read_all(found: Sequence[SourceRequest | SourceReport], settings: Settings) -> Iterator[tuple[int, SourceReport]]:
    """A report per source with its place, as they come. Each is read in a process bounded in time and memory.

    The largest are begun first, so that none is left to a single process at the end.
    """
    yield from ((place, part) for place, part in enumerate(found) if isinstance(part, SourceReport))
    wanted = [(place, part) for place, part in enumerate(found) if isinstance(part, SourceRequest)]
    wanted.sort(key=lambda entry: _size(entry[1]), reverse=True)
    for number, result in read_each([request for _, request in wanted], settings):
        place, request = wanted[number]
        yield place, failed(request.location, result) if isinstance(result, InsekError) else result


def _size(request: SourceRequest) -> float:
    """The bytes of a file; what has to be fetched counts as larger than any."""
    if request.is_address:
        return float("inf")
    path = Path(request.location)
    return path.stat().st_size if path.is_file() else 0
