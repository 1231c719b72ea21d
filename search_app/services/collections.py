"""The vectors of a generation where the setting `vectors` says: FAISS in its folder, or a collection of Milvus too.

The exact vectors always lie in the generation's folder; a collection takes the search for candidates. It is filled
before the generation is published and gets the alias after it; those of generations that are gone are removed then.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.settings import Settings
from search_app.search import index
from search_app.search.catalog import Catalog
from search_app.search.filters import Filters
from search_app.search.vectors import VectorIndex
from search_app.services import stages
from search_app.services.generation import Manifest
from search_app.services.progress import Progress

if TYPE_CHECKING:
    from search_app.search.milvus import Collection

_ALIAS = "insek"


def write(directory: Path, manifest: Manifest, settings: Settings, progress: Progress) -> Collection | None:
    """A collection with the vectors of this generation, where the settings ask for one. Raises EngineError."""
    collection = opened(manifest, settings)
    if collection is None:
        return None
    vectors, catalog = VectorIndex(directory / index.FOLDER / "vectors"), Catalog(directory)
    collection.create(vectors.dimension)
    documents = manifest.documents
    for document in progress.track("Writing to Milvus", documents, len(documents)):
        rows = catalog.rows(Filters(documents=(document.document_id,)), passages=True)
        if rows is not None and len(rows):
            collection.upsert(document.document_id, *vectors.of_rows(rows.astype("int64")))
    collection.finish()
    catalog.close()
    return collection


def serve(collection: Collection | None, settings: Settings) -> None:
    """Makes this collection the one that serves, removes those of generations that are gone, ends the connection."""
    if collection:
        prefix = _prefix(settings)
        kept = {_name(path.name, settings) for path in (settings.workspace / "generations").iterdir()}
        collection.serve(f"{prefix}current", prefix, kept)
        collection.close()


def opened(manifest: Manifest, settings: Settings) -> Collection | None:
    """The collection of a published generation, None where FAISS searches."""
    if not settings.milvus:
        return None
    from search_app.search.milvus import Collection

    return Collection(settings.milvus, _name(manifest.id, settings))


def _name(generation: str, settings: Settings) -> str:
    return _prefix(settings) + generation.replace("-", "_")


def _prefix(settings: Settings) -> str:
    """What the names of all collections of a workspace begin with, so that several can share a server."""
    return f"{_ALIAS}_{stages.digest(str(settings.workspace.resolve()).encode())[:8]}_"
