"""Assembling a generation from its documents and plans: links, RDF, catalogue and search index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from kg import municipalities, to_rdf
from kg.encoding import Encoder
from kg.ids import iri_path
from kg.mapping.corrections import apply_corrections, read_corrections
from kg.model import Alignment, Document, Entry, Kind, Municipality, Plan
from kg.serial import from_json
from kg.settings import Settings
from kg.store import oxigraph
from kg.store.oxigraph import NamedGraph
from search_app.search import catalog, encoder, index
from search_app.search.excerpts import excerpts
from search_app.services import corrections, stages
from search_app.services.generation import Manifest, Published, current_or_none, new_id
from search_app.services.linking import ClusterLinker, Linker, linker
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
    model = encoder.load(settings.encoder)
    with linker(settings, model) as work:
        return _assemble(_Parts(directory, documents, settings, model), work, progress)


def _assemble(parts: _Parts, work: Linker | ClusterLinker, progress: Progress) -> Manifest:
    directory, documents, settings = parts.directory, parts.published, parts.settings
    for _ in progress.track("Linking", parts.link(work), len(documents)):
        pass
    graphs = progress.track("Writing the graph", map(parts.graph, documents), len(documents))
    triples = oxigraph.write(directory / "store", graphs)
    towns = [parts.town(document) for document in documents]
    catalog.write(directory, parts.entries(), plans=parts.plans(), documents=parts.documents(), municipalities=towns)
    items = sum(document.topics + document.areas + document.goals + document.measures for document in documents)
    previous = current_or_none(settings.workspace)
    entries = progress.track("Indexing", parts.entries(), items)
    index.build(directory, entries, parts.encoder, previous.directory if previous else None, work.embed)
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
        self.directory = directory
        self.published = published
        self.settings = settings
        self._cache = settings.workspace / "cache"
        self._reviews = read_corrections(corrections.links(settings.workspace))
        self.encoder = encoder

    def plan(self, published: Published) -> Plan:
        return from_json((self.directory / "plans" / f"{published.document_id}.json").read_bytes(), Plan)

    def document(self, published: Published) -> Document:
        return from_json((self.directory / "documents" / f"{published.document_id}.json").read_bytes(), Document)

    def plans(self) -> Iterator[Plan]:
        return map(self.plan, self.published)

    def documents(self) -> Iterator[Document]:
        return map(self.document, self.published)

    def town(self, published: Published) -> Municipality:
        return municipalities.load(self.settings.towns).find(published.municipality)

    def link(self, work: Linker | ClusterLinker) -> Iterator[Path]:
        """Links the plans that are not linked yet; the cached links of each plan, in no order."""
        cached = {published: self._links(published) for published in self.published}
        missing = [published for published, path in cached.items() if not path.exists()]
        yield from (path for path in cached.values() if path.exists())
        plans = (self._plan_file(published).read_bytes() for published in missing)
        for place, links in work.link(plans, [published.location for published in missing]):
            stages.write_atomically(cached[missing[place]], links)
            yield cached[missing[place]]

    def _plan_file(self, published: Published) -> Path:
        return self.directory / "plans" / f"{published.document_id}.json"

    def _links(self, published: Published) -> Path:
        """Where the links of a plan are kept: by plan, encoder and mapping."""
        plan = stages.digest(self._plan_file(published).read_bytes())
        key = stages.key(plan, self.encoder.name, stages.code_version(*_MAPPING_CODE))
        return self._cache / "alignments" / key

    def alignments(self, published: Published) -> tuple[Alignment, ...]:
        """The links of a plan, with what people confirmed and rejected."""
        found = from_json(self._links(published).read_bytes(), tuple[Alignment, ...])
        return apply_corrections(found, self._reviews, (item.id for item in self.plan(published).items()))

    def graph(self, published: Published) -> NamedGraph:
        """What is said of a document and its town. Raises InvalidGraph where a quote does not stand on its page."""
        base = self.settings.base_iri
        document, plan, links = self.document(published), self.plan(published), self.alignments(published)
        triples = to_rdf.document_triples(document, plan, links, base)
        towns = to_rdf.municipality_triples(self.town(published), base)
        return NamedGraph(base + iri_path(document.id), [*triples, *towns])

    def entries(self) -> Iterator[Entry]:
        """All items of all plans as they are published, and the passages beside them, in the order of the documents."""
        for published in self.published:
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
