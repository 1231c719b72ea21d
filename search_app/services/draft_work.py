"""The work on a draft, in a process of its own: `python -m search_app.services.draft_work`, told on standard input."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ingest.outcome import Issue, issue_from
from ingest.sources import SourceRequest
from kg.errors import InsekError
from kg.serial import to_json
from kg.settings import Settings
from search_app.editing import Draft, FoundDocument, Remark, Step, Work
from search_app.services import build, corrections, generation, stages
from search_app.services.build import BuildReport
from search_app.services.drafts import Drafts
from search_app.services.generation import Published

T = TypeVar("T")


class FileProgress:
    """Writes down how far the work is, for the page that waits for it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def track(self, label: str, things: Iterable[T], total: int) -> Iterator[T]:
        """The same things, counted."""
        for done, thing in enumerate(things):
            stages.write_atomically(self._path, to_json(Work(label, done, total)))
            yield thing
        stages.write_atomically(self._path, to_json(Work(label, total, total)))


def main() -> None:
    """Does what standard input names: a task, the id of a draft, and the settings."""
    task, identifier, settings = pickle.load(sys.stdin.buffer)
    drafts = Drafts(settings)
    draft = drafts.draft(identifier)
    try:
        drafts.save({"read": _read, "publish": _publish}[task](drafts, draft, settings))
    except InsekError as error:
        drafts.save(replace(draft, step=Step.FAILED, remarks=_remarks([issue_from(error)], draft)))


def _read(drafts: Drafts, draft: Draft, settings: Settings) -> Draft:
    folder = drafts.folder(draft.id)
    progress = FileProgress(folder / "work.json")
    reports = build.read(_requests(draft), settings, progress)
    if any(report.published and report.published.title == Path(draft.location).stem for report in reports):
        draft = replace(draft, title=Path(draft.source).stem)  # better than the name that we gave the file
        reports = build.read(_requests(draft), settings, progress)
    for old in (folder / "plans").glob("*.json"):
        old.unlink()
    found = [report.published for report in reports if report.published]
    for published in found:
        plan = build.extracted(published, settings)
        stages.write_atomically(folder / "plans" / f"{published.document_id}.json", to_json(plan))
    remarks = tuple(remark for report in reports if not report.published for remark in _remarks(report.issues, draft))
    step = Step.READY if found else Step.FAILED
    return replace(draft, step=step, found=tuple(_found(published, draft) for published in found), remarks=remarks)


def _publish(drafts: Drafts, draft: Draft, settings: Settings) -> Draft:
    folder = drafts.folder(draft.id)
    progress = FileProgress(folder / "work.json")
    made = replace(corrections.load(folder), publisher=draft.author)
    if draft.removes:
        report = build.remove([draft.removes], settings, progress, made)
    elif draft.location:
        report = build.build(_requests(draft), settings, progress, made)
    else:
        report = build.revise(made, settings, progress)
    if failed := _failures(report, draft):
        return replace(draft, step=Step.FAILED, remarks=failed)
    lost = _remarks(report.remarks, draft)
    return replace(
        draft, step=Step.PUBLISHED, published=generation.current(settings.workspace).manifest.id, remarks=lost
    )


def _failures(report: BuildReport, draft: Draft) -> tuple[Remark, ...]:
    """Why nothing of a source could be published; nothing where something was."""
    if not report.sources or any(source.published for source in report.sources):
        return ()
    return tuple(remark for source in report.sources for remark in _remarks(source.issues, draft))


def _requests(draft: Draft) -> list[SourceRequest]:
    return [SourceRequest(draft.location, draft.municipality, draft.title)]


def _found(published: Published, draft: Draft) -> FoundDocument:
    return FoundDocument(
        published.document_id,
        published.municipality,
        published.municipality_name,
        published.title,
        published.pages,
        published.topics,
        published.areas,
        published.goals,
        published.measures,
        _remarks(published.issues, draft),
    )


def _remarks(issues: Iterable[Issue], draft: Draft) -> tuple[Remark, ...]:
    """The issues as the page shows them: files under the names that people gave them."""
    return tuple(Remark(issue.template, tuple(_named(issue.params, draft)), issue.page) for issue in issues)


def _named(params: Iterable[tuple[str, object]], draft: Draft) -> Iterator[tuple[str, str | int | float]]:
    for name, value in params:
        yield name, value if isinstance(value, int | float) else str(value).replace(draft.location, draft.source)


if __name__ == "__main__":
    main()
