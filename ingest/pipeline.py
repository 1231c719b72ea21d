"""From one source to its plan: read, find out which town it is about, extract. Never raises for a bad source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest import extract, readers
from ingest.evidence import refuse_unfounded
from ingest.outcome import Issue, Outcome, Status, issue_from
from ingest.sources import SourceRequest, describe
from kg import municipalities
from kg.detection import detect, namesakes
from kg.errors import InsekError, UnknownMunicipality
from kg.model import Document, Municipality
from kg.settings import Settings

_NOT_DETECTED = "{location}: no town could be made out; name it with --municipality NAME or AGS"
_SHARED_NAME = (
    "{location}: {count} municipalities have the name that it is about: {namesakes}; "
    "say which with --municipality NAME or AGS"
)


def process(request: SourceRequest, path: Path, settings: Settings) -> Outcome:
    """The document and plan of a source whose bytes lie at `path`, or a failed outcome that says why."""
    try:
        return _process(request, path, settings)
    except InsekError as error:
        return Outcome(request.location, Status.FAILED, (issue_from(error),))


def _process(request: SourceRequest, path: Path, settings: Settings) -> Outcome:
    gazetteer = municipalities.load(settings.towns)
    named = gazetteer.find(request.municipality) if request.municipality else None
    source = describe(request, path, named.ags if named else "")
    document, read_issues = readers.read(path, source, settings)
    town = named or _detected(document, gazetteer)
    document = replace(document, source=replace(document.source, municipality=town.ags))
    plan, extract_issues = extract.extract_plan(document, town)
    plan, refused = refuse_unfounded(plan, document)
    issues = (*read_issues, *extract_issues, *refused)
    if not (plan.goals or plan.measures) and not any(issue.kind == "nothing-found" for issue in issues):
        issues = (*issues, _nothing_found(document))
    return Outcome(request.location, Status.PUBLISHED, issues, document, plan)


def _detected(document: Document, gazetteer: municipalities.Gazetteer) -> Municipality:
    text = "\n\n".join(page.text for page in document.pages)
    found = detect(gazetteer, text)
    if found is not None:
        return found
    location, keys = document.source.location, namesakes(gazetteer, text)
    if len(keys) > 1:
        raise UnknownMunicipality(_SHARED_NAME, location=location, count=len(keys), namesakes=gazetteer.listing(keys))
    raise UnknownMunicipality(_NOT_DETECTED, location=location)


def _nothing_found(document: Document) -> Issue:
    return Issue(
        kind="nothing-found",
        template="no goals or measures recognised, {pages} pages read",
        params=(("pages", str(len(document.pages))),),
    )
