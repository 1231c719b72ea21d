"""The graph of a generation on the SPARQL server of the setting `store`, beside the store in the generation's folder.

What changes is laid aside on the server before the generation is published, and switched to in one update after it;
in between, and where a publication was broken off, queries are answered from the folder.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg.errors import EngineError
from kg.ids import iri_path
from kg.settings import Settings
from kg.store.mirror import Mirror
from kg.store.oxigraph import open_read_only
from kg.store.remote import GraphStore
from search_app.services import stages
from search_app.services.generation import Manifest
from search_app.services.progress import Progress

_ASKED_SECONDS = 5.0


def write(store: Path, manifest: Manifest, settings: Settings, progress: Progress) -> None:
    """Lays aside on the server, where one is set, what the store says otherwise. Raises EngineError."""
    if mirror := _mirror(settings, settings.base_iri):
        opened = open_read_only(store)
        versions = _versions(opened, manifest)
        for _ in progress.track(
            "Writing to the SPARQL server", mirror.bring(opened, versions, manifest.id), len(versions)
        ):
            pass


def complete(manifest: Manifest, settings: Settings) -> None:
    """Makes this generation the one that the server holds, where one is set. Raises EngineError."""
    if mirror := _mirror(settings, settings.base_iri):
        mirror.complete(manifest.id)
        stages.write_atomically(_filled(settings), _server(settings).encode())


def catch_up(store: Path, manifest: Manifest, settings: Settings, progress: Progress) -> None:
    """Writes a generation that is published already, unless the server holds it."""
    mirror = _mirror(settings, manifest.base_iri)
    if mirror and mirror.holds() != manifest.id:
        write(store, manifest, settings, progress)
        complete(manifest, settings)


def may_answer(manifest: Manifest, settings: Settings) -> bool:
    """Whether the server of the settings may be asked: it holds this generation, or was filled by somebody else.

    While a server that we filled does not answer, which is logged, it may not.
    """
    if not settings.remote_store:
        return False
    mirror = Mirror(GraphStore(settings.remote_store, _ASKED_SECONDS, waits=()), manifest.base_iri)
    try:
        held = mirror.holds()
        return held == manifest.id if held else mirror.is_foreign()
    except EngineError as error:
        error.log()
        filled = _filled(settings)
        return not filled.is_file() or filled.read_text(encoding="utf-8") != _server(settings)


def _filled(settings: Settings) -> Path:
    """The file that says which server was filled from this workspace."""
    return settings.workspace / "mirror"


def _server(settings: Settings) -> str:
    """What stands for the server's address, which may hold a password."""
    return stages.digest(settings.store.encode())


def _mirror(settings: Settings, base: str) -> Mirror | None:
    return Mirror(GraphStore(settings.remote_store), base) if settings.remote_store else None


def _versions(store: ox.Store, manifest: Manifest) -> dict[str, str]:
    """The version of each graph: of a document its content, of the towns what is said, else our code."""
    contents = {manifest.base_iri + iri_path(one.document_id): one.content for one in manifest.documents}
    names = [name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode)]
    towns = f"{manifest.base_iri}graph/municipalities"
    return {name: contents.get(name) or (_digest(store, name) if name == towns else manifest.program) for name in names}


def _digest(store: ox.Store, name: str) -> str:
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(name))
    return stages.digest("\n".join(sorted(str(quad.triple) for quad in quads)).encode())
