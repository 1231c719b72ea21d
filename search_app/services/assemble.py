"""Assembling a generation: links, RDF, catalogue and search index of all its documents."""

from __future__ import annotations

from kg.settings import Settings
from search_app.services import stages

_MAPPING_CODE = ("kg", "ontologies")
_CODE = (*_MAPPING_CODE, "search_app.search")


def made_with(settings: Settings) -> str:
    """The key of everything beside the documents that a generation depends on."""
    return stages.key(settings.base_iri, settings.encoder, stages.code_version(*_CODE))
