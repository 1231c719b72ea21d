"""Options that several commands share, and the filters they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.model import Kind

if TYPE_CHECKING:
    from search_app.search.filters import Filters
    from search_app.services.serving import GenerationServices


F = TypeVar("F", bound=Callable[..., Any])


def kind_option(command: F) -> F:
    """The option `--kind`."""
    kinds = click.Choice([kind.value for kind in Kind])
    return click.option("--kind", type=kinds, help="Only items of this kind.")(command)


def municipality_option(command: F) -> F:
    """The option `--municipality`."""
    return click.option("--municipality", help="Only this town: name or AGS.")(command)


def concept_option(command: F) -> F:
    """The option `--concept`."""
    text = "Only items linked to this concept: IRI, or code such as sdg:11 or 11.2."
    return click.option("--concept", help=text)(command)


def filters_from(
    services: GenerationServices,
    *,
    kind: str | None = None,
    municipality: str | None = None,
    concept: str | None = None,
    document: str | None = None,
) -> Filters:
    """The filters that these options stand for. Raises UnknownMunicipality or NotFound for what does not exist."""
    from kg import municipalities, vocabulary
    from search_app.search.filters import Filters

    published = {town.ags for town in services.catalog.municipalities()}
    gazetteer = municipalities.load(services.settings.towns)
    return Filters(
        kinds=(Kind(kind),) if kind else (),
        municipalities=(gazetteer.find(municipality, published).ags,) if municipality else (),
        concepts=(vocabulary.concept(concept).iri,) if concept else (),
        documents=(document,) if document else (),
    )
