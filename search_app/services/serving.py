"""What a published generation can answer, put together from its parts; each part is opened when first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ingest.sources import sha256
from kg import municipalities
from kg.errors import EngineError
from kg.model import Document, Plan
from kg.settings import Settings
from search_app.services import collections, mirror
from search_app.services.generation import Generation, current, serving_id
from search_app.services.stages import write_atomically

if TYPE_CHECKING:
    from kg.encoding import Encoder
    from kg.sparql.pool import Pool, PoolState
    from kg.sparql.request import DatasetOf
    from kg.sparql.result import Result
    from search_app.clusters import Cluster
    from search_app.compare import Comparison
    from search_app.search.catalog import Catalog
    from search_app.search.engine import Engine
    from search_app.search.milvus import Collection

EncoderSource = Callable[[], "Encoder"]


class GenerationServices:
    """The services of one generation, as `search_app.views.context.Services` asks for them."""

    def __init__(self, generation: Generation, settings: Settings, encoder: EncoderSource) -> None:
        self._generation = generation
        self.settings = settings
        self._encoder = encoder

    @property
    def generation(self) -> str:
        """The id of the generation."""
        return self._generation.manifest.id

    @property
    def published(self) -> str:
        """When it was published: an ISO time in UTC."""
        return self._generation.manifest.created

    @property
    def store(self) -> Path:
        """The folder of the Oxigraph store."""
        return self._generation.store

    @cached_property
    def catalog(self) -> Catalog:
        """Items, towns, plans and counts."""
        from search_app.search.catalog import Catalog

        return Catalog(self._generation.directory)

    @cached_property
    def _candidates(self) -> Collection | None:
        """What searches vectors instead of FAISS. Where it cannot be reached, which is logged, FAISS does."""
        try:
            return collections.opened(self._generation.manifest, self.settings)
        except EngineError as error:
            error.log()
            return None

    @cached_property
    def engine(self) -> Engine:
        """Search and counterparts. Raises IndexMismatch where the index was built with another encoder."""
        from search_app.search.engine import Engine

        return Engine(self._generation.directory, self._encoder(), self._candidates)

    def compare(self, a: str, b: str) -> Comparison:
        """Two towns, each by name or AGS, side by side. Raises UnknownMunicipality."""
        return self._comparisons(self.town(a), self.town(b))

    @cached_property
    def _comparisons(self) -> Callable[[str, str], Comparison]:
        """Comparisons are kept: a generation does not change, and one takes a search for each item of a town."""
        from search_app.compare import compare

        return lru_cache(maxsize=64)(lambda a, b: compare(self.engine, a, b))

    def export(self, form: str) -> Path:
        """The whole graph as a file in that form of `kg.export.FORMS`, written when first asked for."""
        from kg.export import dump
        from kg.store.oxigraph import open_read_only

        path = self._generation.directory / "export" / f"insek.{form}"
        if not path.is_file():
            write_atomically(path, dump(open_read_only(self.store), form))
        return path

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Groups of towns with like plans, the largest first; kept, since a generation does not change."""
        from search_app.clusters import clusters

        return clusters(self.catalog)

    def town(self, name: str) -> str:
        """The AGS of a town, by name or AGS. Raises UnknownMunicipality."""
        published = {town.ags for town in self.catalog.municipalities()}
        return municipalities.load(self.settings.towns).find(name, published).ags

    def document(self, identifier: str) -> Document:
        """A document as it was read. Raises NotFound."""
        return self._generation.document(identifier)

    def plan(self, document_id: str) -> Plan:
        """What was extracted from that document. Raises NotFound."""
        return self._generation.plan(document_id)

    def original(self, document_id: str) -> Path | None:
        """The source file or what was fetched, where it still lies at its place with the same bytes; else None."""
        documents = self._generation.manifest.documents
        found = next((known for known in documents if known.document_id == document_id), None)
        path = self._source(found.location) if found else None
        if found is None or path is None or not path.is_file():
            return None
        return path if _digest(path, path.stat().st_mtime_ns) == found.sha256 else None

    def _source(self, location: str) -> Path | None:
        if not location.startswith(("http://", "https://")):
            return Path(location)
        from ingest.fetch import fetched

        return fetched(location, self.settings.workspace / "cache" / "fetched")

    @cached_property
    def _pool(self) -> Pool:
        return self._pool_on(self.settings.remote_store or self._generation.store)

    @cached_property
    def _own_pool(self) -> Pool:
        """Answers from the generation's folder while the server of the settings holds something else."""
        return self._pool_on(self._generation.store) if self.settings.remote_store else self._pool

    def _pool_on(self, store: Path | str) -> Pool:
        from kg.sparql.pool import Pool

        chosen = self.settings
        return Pool(
            store,
            size=chosen.query_processes,
            megabytes=chosen.query_megabytes,
            waiting=chosen.query_waiting,
            services=tuple(chosen.query_services.split()),
        )

    @property
    def queries(self) -> PoolState:
        """How many queries are at work now."""
        return self._pool.state

    def query(self, text: str, *, seconds: float | None = None, dataset: DatasetOf | None = None) -> Result:
        """Runs a SPARQL query over the published graph, read-only and within the deadline."""
        ask = partial(self._ask, text, seconds, dataset)
        if self._server_may_answer():
            answer = ask(self._pool)
            if self._server_may_answer():
                return answer
        return ask(self._own_pool)

    def _server_may_answer(self) -> bool:
        return mirror.may_answer(self._generation.manifest, self.settings)

    def _ask(self, text: str, seconds: float | None, dataset: DatasetOf | None, pool: Pool) -> Result:
        from kg.sparql import run

        most = max(self.settings.query_seconds, self.settings.query_seconds_most)
        return run.query(
            pool,
            text,
            seconds=min(seconds or self.settings.query_seconds, most),
            rows=self.settings.query_rows,
            dataset=dataset,
            base=self.settings.base_iri,
        )

    def warm_up(self) -> None:
        """Loads the encoder and starts a query process, so that the first question need not wait for them."""
        self._pool.warm()
        self.engine.search("Stadt", k=1)

    def close(self) -> None:
        """Ends the processes that wait for queries."""
        for pool in ("_pool", "_own_pool"):
            if pool in self.__dict__:
                getattr(self, pool).close()
        if collection := self.__dict__.get("_candidates"):
            collection.close()


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int) -> str:
    return sha256(path)


def open_services(settings: Settings, *, light: bool = False) -> GenerationServices:
    """The services of the generation that serves. `light` starts faster, for a single question.

    Raises NotPublished where nothing is published.
    """
    return GenerationServices(current(settings.workspace), settings, _encoder_source(settings.encoder, light))


def _encoder_source(name: str, light: bool) -> EncoderSource:
    from search_app.search import encoder

    return lambda: encoder.load(name, light=light)


class LatestServices:
    """Gives the services of the newest generation at each call; requests under way keep the one they began with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._latest: GenerationServices | None = None
        self._encoder = lru_cache(maxsize=1)(_encoder_source(settings.encoder, light=False))

    def __call__(self) -> GenerationServices:
        """The services that serve now. Raises NotPublished."""
        with self._lock:
            if self._latest is None or self._latest.generation != serving_id(self._settings.workspace):
                newest = current(self._settings.workspace)
                if self._latest is not None:
                    self._latest.close()
                self._latest = GenerationServices(newest, self._settings, self._encoder)
            return self._latest

    def close(self) -> None:
        """Ends what the newest services started."""
        with self._lock:
            if self._latest is not None:
                self._latest.close()
