"""The graph of each document: made, checked against the shapes that must hold, and kept by what it was made from.

A document that did not change is neither written nor checked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.bounded import Limits, each
from ingest.extract import corrections as layer
from ingest.outcome import Issue, issue_from
from kg import to_rdf, validate
from kg.errors import InsekError, InvalidGraph
from kg.ids import iri_path
from kg.mapping.corrections import Correction, apply_corrections, history
from kg.model import Alignment, Document, Municipality, Plan
from kg.serial import from_json
from kg.settings import Settings
from kg.store.oxigraph import NamedGraph, nquads
from kg.validate import Finding
from search_app.services import stages
from search_app.services.generation import Published
from search_app.services.progress import Progress

_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Source:
    """What the graph of one document is made from: files of the document, its plan as extracted and as corrected, and
    its links; and what people corrected. `kept` is where its N-Quads are kept.
    """

    title: str
    document: Path
    extracted: Path
    plan: Path
    links: Path
    corrections: tuple[layer.Correction, ...]
    reviews: tuple[Correction, ...]
    town: Municipality
    base_iri: str
    kept: Path


class DocumentsRefused(InvalidGraph):
    """Documents whose graph breaks a rule: `issues` by document id. Nothing is published."""

    def __init__(self, error: InvalidGraph, issues: dict[str, tuple[Issue, ...]]) -> None:
        super().__init__(error.template, **error.params)
        self.issues = issues


def write(
    documents: Sequence[Published], sources: Sequence[Source], settings: Settings, progress: Progress
) -> Iterator[bytes]:
    """The graphs of these documents as N-Quads, one at a time. Raises DocumentsRefused where one breaks a rule."""
    made = progress.track("Checking the graph", make(sources, settings), len(sources))
    if broken := {documents[place]: issues for place, issues in made if issues}:
        raise _refused(broken)
    return (source.kept.read_bytes() for source in progress.track("Writing the graph", sources, len(sources)))


def make(sources: Sequence[Source], settings: Settings) -> Iterator[tuple[int, tuple[Issue, ...]]]:
    """Makes the graphs that are not kept yet, each in a process bounded in time and memory where there are several.

    For each source its place, and what keeps it from being published: rules that it breaks, or an error.
    """
    missing = [place for place, source in enumerate(sources) if not source.kept.exists()]
    yield from ((place, ()) for place, source in enumerate(sources) if source.kept.exists())
    wanted = [sources[place] for place in missing]
    limits = Limits(settings.document_seconds, settings.document_megabytes)
    done = (
        _in_turn(wanted)
        if len(wanted) < 2
        else each(_make, wanted, [one.title for one in wanted], limits, settings.jobs)
    )
    for number, found in done:
        yield missing[number], (issue_from(found),) if isinstance(found, InsekError) else found


def _refused(broken: dict[Published, tuple[Issue, ...]]) -> DocumentsRefused:
    """The error that says which documents are not published, and why the first is not."""
    document, issues = next(iter(broken.items()))
    error = InvalidGraph(
        "{title} ({id}) breaks a rule, so nothing was published: {reason}; take back what was corrected, or take the "
        "document out with 'insek remove {id}'",
        title=document.title,
        id=document.document_id,
        reason=issues[0].message,
    )
    return DocumentsRefused(error, {one.document_id: found for one, found in broken.items()})


def left_as_published(document: Published, issues: Sequence[Issue]) -> Issue:
    """The remark that a published document breaks a rule now and stays in the graph as it was."""
    params = (("title", document.title), ("id", document.document_id), ("reason", issues[0].message))
    return Issue(
        "left-as-published",
        "{title} ({id}) breaks a rule now and stays in the graph as it was published: {reason}",
        params,
        issues[0].page,
    )


def _in_turn(sources: Sequence[Source]) -> Iterator[tuple[int, tuple[Issue, ...] | InsekError]]:
    for number, source in enumerate(sources):
        try:
            yield number, _make(source)
        except InsekError as error:
            yield number, error


def _make(source: Source) -> tuple[Issue, ...]:
    """Writes the graph of a source unless it breaks a rule that must hold; the rules it breaks."""
    document = from_json(source.document.read_bytes(), Document)
    plan = from_json(source.plan.read_bytes(), Plan)
    found = from_json(source.links.read_bytes(), tuple[Alignment, ...])
    links = apply_corrections(found, source.reviews, (item.id for item in plan.items()))
    extracted = from_json(source.extracted.read_bytes(), Plan) if source.corrections else plan
    changes = (*layer.history(extracted, source.corrections), *history(found, source.reviews))
    triples = to_rdf.document_triples(document, plan, links, source.base_iri, changes)
    triples += to_rdf.municipality_triples(source.town, source.base_iri)
    broken = validate.check_document(triples, warnings=False)
    if not broken:
        graph = NamedGraph(source.base_iri + iri_path(document.id), triples)
        stages.write_atomically(source.kept, nquads(graph))
    return _issues(broken)


def _issues(findings: Sequence[Finding]) -> tuple[Issue, ...]:
    told = tuple(map(_issue, findings[:_MOST_TOLD]))
    left = len(findings) - len(told)
    more = Issue("rules-broken", "{count} more statements break rules of the graph", (("count", left),))
    return (*told, more) if left else told


def _issue(finding: Finding) -> Issue:
    meanings = {f"meaning_{language}": finding.message(language) for language in ("en", "de")}
    params = {"label": finding.label, "rule": finding.rule, **meanings}
    return Issue(
        "rule-broken", "{label}: {meaning_en} – {meaning_de} (rule {rule})", tuple(params.items()), finding.page
    )
