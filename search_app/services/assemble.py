"""Assembling a generation from its documents and plans: links, RDF, catalogue and search index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from kg import mapping, municipalities, to_rdf
from kg.encoding import Encoder
from kg.ids import iri_path
from kg.mapping.corrections import apply_corrections, read_corrections
from kg.model import Alignment, Document, Entry, Kind, Municipality, Plan
from kg.serial import from_json, to_json
from kg.settings import Settings
from kg.store import oxigraph
from kg.store.oxigraph import NamedGraph
from search_app.search import catalog, encoder, index
from search_app.search.excerpts import excerpts
from search_app.services import corrections, stages
from search_app.services.generation import Manifest, Published, current_or_none, new_id
from search_app.services.progress import Progress

_CODE = ("kg", "ontologies", "search_app.search")
_MAPPING_CODE = ("kg.mapping", "ontologies")


def made_with(settings: Settings) -> str:
    """The key of everything beside the documents that a generation depends on."""
    code = stages.code_version(*_CODE)
    towns = settings.towns.read_text(encoding="utf-8") if settings.towns else ""
    return stages.key(settings.base_iri, settings.encoder, code, corrections.state(settings.workspace), towns)


def assemble(directory: Path, documents: Sequence[Published], settings: Settings, progress: Progress) -> Manifest:
    """Writes store, catalogue and index beside the documents and plans that lie in `directory` already."""
    parts = _Parts(directory, documents, settings, encoder.load(settings.encoder))
    for _ in progress.track("Linking", map(parts.alignments, documents), len(documents)):
        pass
    graphs = progress.track("Writing the graph", map(parts.graph, documents), len(documents))
    triples = oxigraph.write(directory / "store", graphs)
    towns = [parts.town(document) for document in documents]
    catalog.write(directory, parts.entries(), plans=parts.plans(), documents=parts.documents(), municipalities=towns)
    items = sum(document.topics + document.areas + document.goals + document.measures for document in documents)
    previous = current_or_none(settings.workspace)
    entries = progress.track("Indexing", parts.entries(), items)
    index.build(directory, entries, parts.encoder, previous.directory if previous else None)
    return Manifest(
        id=new_id(settings.workspace),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("insek-graph"),
        made_with=made_with(settings),
        base_iri=settings.base_iri,
        encoder=parts.encoder.name,
        triples=triples,
        documents=tuple(documents),
    )


class _Parts:
    """The documents, plans and links of a generation in the making, one document in memory at a time."""

    def __init__(self, directory: Path, published: Sequence[Published], settings: Settings, encoder: Encoder) -> None:
        self._directory = directory
        self._published = published
        self._settings = settings
        self._cache = settings.workspace / "cache"
        self._reviews = read_corrections(corrections.links(settings.workspace))
        self.encoder = encoder

    def plan(self, published: Published) -> Plan:
        return from_json((self._directory / "plans" / f"{published.document_id}.json").read_bytes(), Plan)

    def document(self, published: Published) -> Document:
        return from_json((self._directory / "documents" / f"{published.document_id}.json").read_bytes(), Document)

    def plans(self) -> Iterator[Plan]:
        return map(self.plan, self._published)

    def documents(self) -> Iterator[Document]:
        return map(self.document, self._published)

    def town(self, published: Published) -> Municipality:
        return municipalities.load(self._settings.towns).find(published.municipality)

    def alignments(self, published: Published) -> tuple[Alignment, ...]:
        """The links of a plan, from the cache where plan, encoder and mapping are the same as before."""
        plan = (self._directory / "plans" / f"{published.document_id}.json").read_bytes()
        key = stages.key(stages.digest(plan), self.encoder.name, stages.code_version(*_MAPPING_CODE))
        path = stages.cached(
            self._cache, "alignments", key, lambda: to_json(mapping.align(self.plan(published), self.encoder))
        )
        found = from_json(path.read_bytes(), tuple[Alignment, ...])
        return apply_corrections(found, self._reviews, (item.id for item in self.plan(published).items()))

    def graph(self, published: Published) -> NamedGraph:
        """What is said of a document and its town. Raises InvalidGraph where a quote does not stand on its page."""
        base = self._settings.base_iri
        document, plan, links = self.document(published), self.plan(published), self.alignments(published)
        triples = to_rdf.document_triples(document, plan, links, base)
        towns = to_rdf.municipality_triples(self.town(published), base)
        return NamedGraph(base + iri_path(document.id), [*triples, *towns])

    def entries(self) -> Iterator[Entry]:
        """All items of all plans as they are published, and the passages beside them, in the order of the documents."""
        for published in self._published:
            plan, town = self.plan(published), self.town(published)
            links: dict[str, list[Alignment]] = {}
            for alignment in self.alignments(published):
                links.setdefault(alignment.item_id, []).append(alignment)
            kinds = (
                (Kind.TOPIC, plan.topics),
                (Kind.AREA, plan.areas),
                (Kind.GOAL, plan.goals),
                (Kind.MEASURE, plan.measures),
                (Kind.PASSAGE, excerpts(self.document(published), plan)),
            )
            for kind, items in kinds:
                for item in items:
                    found = tuple(links.get(item.id, ()))
                    yield Entry(item, kind, town, plan.title, published.document_id, found)
