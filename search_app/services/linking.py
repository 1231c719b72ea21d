"""Mapping and encoding on the engine of the settings: on this machine, or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from ingest.cluster import Cluster
from kg import mapping
from kg.encoding import Encoder
from kg.errors import InsekError
from kg.model import Plan
from kg.serial import from_json, to_json
from kg.settings import Settings
from search_app.search import encoder, index
from search_app.services import stages
from search_app.services.kept_vectors import KeptVectors

if TYPE_CHECKING:
    from search_app.search.index import Vectors

T = TypeVar("T")
_LEAST_TEXTS = 8


def code_version() -> str:
    """A hash over all code and data that links and vectors depend on."""
    return stages.code_version("kg", "ontologies", "search_app.search")


class Linker:
    """Links plans and embeds texts with one encoder on this machine."""

    def __init__(self, model: Encoder) -> None:
        self._model = model

    def link(self, plans: Iterable[bytes], names: Sequence[str]) -> Iterator[tuple[int, bytes]]:
        """For each plan (JSON) its place and its links (JSON), as they come; `names` say whose plan it is."""
        del names
        for place, plan in enumerate(plans):
            yield place, _links(plan, self._model)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, as `index.embed` gives them."""
        return index.embed(texts, self._model)


class ClusterLinker:
    """The same on the workers of a cluster, each of which loads the encoder once."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster, self._name = cluster, name

    def link(self, plans: Iterable[bytes], names: Sequence[str]) -> Iterator[tuple[int, bytes]]:
        """As `Linker.link`. Raises EngineError where the cluster is lost."""
        for place, result in self._cluster.each(partial(_link_there, name=self._name), plans, names):
            yield place, _good(result)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `Linker.embed`, in twice as many parts as there are threads."""
        import numpy as np

        size = max(_LEAST_TEXTS, -(-len(texts) // (2 * self._cluster.threads)))
        parts = [texts[start : start + size] for start in range(0, len(texts), size)]
        names = [part[0] for part in parts]
        found = dict(self._cluster.each(partial(_embed_there, name=self._name), parts, names))
        done = [_good(found[place]) for place in range(len(parts))] or [index.embed([], _encoder(self._name))]
        return np.concatenate([vectors for vectors, _ in done]), [one for _, tokens in done for one in tokens]


@contextmanager
def linker(settings: Settings, model: Encoder) -> Iterator[Linker | ClusterLinker]:
    """What links and embeds, after the setting `engine`. Raises EngineError where it cannot be used."""
    if settings.cluster is None:
        yield Linker(KeptVectors(model, settings.workspace / "cache" / "vectors"))
        return
    with Cluster(settings.cluster, code_version, settings.document_seconds) as cluster:
        yield ClusterLinker(cluster, settings.encoder)


@lru_cache(maxsize=1)
def _encoder(name: str) -> Encoder:
    return encoder.load(name, light=True)


def _link_there(plan: bytes, name: str) -> bytes:
    return _links(plan, _encoder(name))


def _embed_there(texts: Sequence[str], name: str) -> Vectors:
    return index.embed(texts, _encoder(name))


def _links(plan: bytes, model: Encoder) -> bytes:
    return to_json(mapping.align(from_json(plan, Plan), model))


def _good(result: T | InsekError) -> T:
    if isinstance(result, InsekError):
        raise result
    return result
