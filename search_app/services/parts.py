"""The documents, plans and links that a generation is made of, one document in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.extract import corrections as layer
from kg import municipalities, to_rdf
from kg.encoding import Encoder
from kg.ids import iri_path
from kg.mapping.corrections import Correction, apply_corrections, read_corrections
from kg.model import Alignment, Document, Entry, Kind, Municipality, Plan
from kg.serial import from_json
from kg.settings import Settings
from kg.store.oxigraph import NamedGraph
from search_app.search.excerpts import excerpts
from search_app.services import corrections, graphs, stages
from search_app.services.generation import Published
from search_app.services.linking import ClusterLinker, Linker

_MAPPING_CODE = ("kg.mapping", "ontologies")


class Parts:
    """The documents, plans and links of a generation in the making, one document in memory at a time."""

    def __init__(self, directory: Path, published: Sequence[Published], settings: Settings, encoder: Encoder) -> None:
        self.directory = directory
        self.published = published
        self.settings = settings
        self._cache = settings.workspace / "cache"
        self._reviews = read_corrections(corrections.links(settings.workspace))
        self._corrections = layer.load(corrections.items(settings.workspace))
        self.encoder = encoder

    def plan(self, published: Published) -> Plan:
        """What was extracted from a document, as corrected."""
        return from_json(self._plan_file(published).read_bytes(), Plan)

    def document(self, published: Published) -> Document:
        """A document as it was read."""
        return from_json(self._file("documents", published).read_bytes(), Document)

    def plans(self) -> Iterator[Plan]:
        """All plans in the order of the documents."""
        return map(self.plan, self.published)

    def documents(self) -> Iterator[Document]:
        """All documents in their order."""
        return map(self.document, self.published)

    def town(self, published: Published) -> Municipality:
        """The town of a document."""
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

    def _file(self, folder: str, published: Published) -> Path:
        return self.directory / folder / f"{published.document_id}.json"

    def _plan_file(self, published: Published) -> Path:
        return self._file("plans", published)

    def _links(self, published: Published) -> Path:
        """Where the links of a plan are kept: by plan, encoder and mapping."""
        plan = stages.digest(self._plan_file(published).read_bytes())
        key = stages.key(plan, self.encoder.name, stages.code_version(*_MAPPING_CODE))
        return self._cache / "alignments" / key

    def alignments(self, published: Published) -> tuple[Alignment, ...]:
        """The links of a plan, with what people confirmed and rejected."""
        found = from_json(self._links(published).read_bytes(), tuple[Alignment, ...])
        return apply_corrections(found, self._reviews, (item.id for item in self.plan(published).items()))

    def content(self, published: Published, program: str) -> str:
        """The key of all that a generation says of a document: what was read, corrected, linked and reviewed."""
        plan = stages.digest(self._plan_file(published).read_bytes())
        words = map(repr, (*self._corrections_of(published), *self._reviews_of(published)))
        return stages.key(program, published.made_from, plan, repr(self.town(published)), *words)

    def _corrections_of(self, published: Published) -> tuple[layer.Correction, ...]:
        plan = self._file("extracted", published).read_bytes() if self._corrections else b""
        return tuple(made for made in self._corrections if made.item.encode() in plan)

    def _reviews_of(self, published: Published) -> tuple[Correction, ...]:
        plan = self._plan_file(published).read_bytes() if self._reviews else b""
        return tuple(review for review in self._reviews if review.item_id.encode() in plan)

    def graph_iri(self, published: Published) -> str:
        """The name of the graph that holds what is said of a document: the document's IRI."""
        return self.settings.base_iri + iri_path(published.document_id)

    def graph(self, published: Published) -> graphs.Source:
        """What the graph of a document and its town is made from."""
        return graphs.Source(
            published.title,
            self._file("documents", published),
            self._file("extracted", published),
            self._plan_file(published),
            self._links(published),
            self._corrections_of(published),
            self._reviews_of(published),
            self.town(published),
            self.settings.base_iri,
            self._cache / "graphs" / published.content,
        )

    def town_graph(self, published: Published) -> NamedGraph:
        """What is known of a document's town, under the document's name."""
        triples = to_rdf.municipality_triples(self.town(published), self.settings.base_iri)
        return NamedGraph(self.graph_iri(published), triples)

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
