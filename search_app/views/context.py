"""What the blueprints stand on: the services of the generation that serves, one set for each request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from flask import Flask, current_app, g

from kg.model import Document, Plan
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.sparql.pool import PoolState
    from kg.sparql.request import DatasetOf
    from kg.sparql.result import Result
    from search_app.clusters import Cluster
    from search_app.compare import Comparison
    from search_app.search.catalog import Catalog
    from search_app.search.engine import Engine

_KEY = "insek"


class Services(Protocol):
    """Everything that one published generation can answer. It stays usable while a newer one takes over."""

    @property
    def settings(self) -> Settings:
        """The settings that the app was started with."""

    @property
    def generation(self) -> str:
        """The id of the generation."""

    @property
    def published(self) -> str:
        """When it was published: an ISO time in UTC."""

    @property
    def catalog(self) -> Catalog:
        """Items, towns, plans and counts."""

    @property
    def engine(self) -> Engine:
        """Search and counterparts."""

    @property
    def store(self) -> Path:
        """The folder of the Oxigraph store, which nobody writes any more."""

    def compare(self, a: str, b: str) -> Comparison:
        """Two towns, each by name or AGS, side by side."""

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Groups of towns with like plans, the largest first."""

    def document(self, identifier: str) -> Document:
        """A document as it was read. Raises NotFound."""

    def plan(self, document_id: str) -> Plan:
        """What was extracted from that document. Raises NotFound."""

    def original(self, document_id: str) -> Path | None:
        """The source file as it was fetched, byte for byte; None where it is not kept or has changed since."""

    def export(self, form: str) -> Path:
        """The whole graph as a file in that form of `kg.export.FORMS`, written when first asked for."""

    @property
    def queries(self) -> PoolState:
        """How many queries are at work now."""

    def query(self, text: str, *, seconds: float | None = None, dataset: DatasetOf | None = None) -> Result:
        """Runs a SPARQL query over the published graph or some graphs of it, read-only and within the deadline."""


def init_app(app: Flask, provide: Callable[[], Services], settings: Settings) -> None:
    """Keeps in the app how to get at the services that serve now; `provide` raises NotPublished where none do."""
    app.extensions[_KEY] = (provide, settings)


def services() -> Services:
    """The services of this request. Raises NotPublished."""
    if "services" not in g:
        provide, _ = current_app.extensions[_KEY]
        g.services = provide()
    return cast(Services, g.services)


def settings() -> Settings:
    """The settings that the app was started with."""
    return cast(Settings, current_app.extensions[_KEY][1])
