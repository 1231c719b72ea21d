"""Assembling a generation from its documents and plans: links, RDF, catalogue and search index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from kg.encoding import Encoder
from kg.ids import iri_path
from kg.settings import Settings
from kg.store import oxigraph
from kg.store.oxigraph import nquads
from search_app.search import catalog_file, encoder, index
from search_app.search.catalog import Catalog
from search_app.search.catalog_file import Change
from search_app.services import corrections, graphs, stages
from search_app.services.generation import Generation, Manifest, Published, current_or_none, new_id
from search_app.services.linking import linker
from search_app.services.parts import Parts
from search_app.services.progress import Progress

_CODE = ("kg", "ontologies", "search_app.search")


def made_with(settings: Settings) -> str:
    """The key of everything beside the documents that a generation depends on."""
    towns = settings.towns.read_text(encoding="utf-8") if settings.towns else ""
    return stages.key(program(settings), corrections.state(settings.workspace), towns)


def program(settings: Settings) -> str:
    """The key of what is the same for all documents: our code and the settings that matter."""
    return stages.key(settings.base_iri, settings.encoder, stages.code_version(*_CODE))


def assemble(
    directory: Path,
    documents: Sequence[Published],
    settings: Settings,
    progress: Progress,
    left: Collection[str] = (),
) -> Manifest:
    """Writes store, catalogue and index beside the documents and plans that lie in `directory` already.

    Where the generation that serves was made by the same program, what it holds of unchanged documents is taken over.
    The graphs of the documents `left` (ids) stay as that generation has them in any case.
    """
    model = encoder.load(settings.encoder)
    parts = Parts(directory, documents, settings, model)
    with linker(settings, model) as work:
        for _ in progress.track("Linking", parts.link(work), len(documents)):
            pass
        made_by = program(settings)
        described = tuple(
            one if one.document_id in left else replace(one, content=parts.content(one, made_by)) for one in documents
        )
        previous = current_or_none(settings.workspace)
        same = previous if previous and previous.manifest.program == made_by else None
        if same:
            triples = _revise_store(parts, described, same, progress)
        else:
            triples = _write_store(parts, described, previous, left, progress)
        towns = [parts.town(document) for document in documents]
        change, came = _change(same, described, model)
        new = Parts(directory, came, settings, model)
        catalog_file.write(
            directory,
            new.entries(),
            plans=new.plans(),
            documents=new.documents(),
            municipalities=towns,
            change=change,
        )
        items = sum(document.topics + document.areas + document.goals + document.measures for document in came)
        entries = progress.track("Indexing", new.entries(), items)
        index.build(directory, entries, model, previous.directory if previous else None, work.embed, change)
    return Manifest(
        id=new_id(settings.workspace),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("insek-graph"),
        made_with=made_with(settings),
        program=made_by,
        base_iri=settings.base_iri,
        encoder=model.name,
        triples=triples,
        documents=described,
    )


def _write_store(
    parts: Parts, documents: Sequence[Published], previous: Generation | None, left: Collection[str], progress: Progress
) -> int:
    """Writes a new store; the number of triples. Raises DocumentsRefused where a document breaks a rule."""
    fresh = [one for one in documents if one.document_id not in left]
    texts = graphs.write(fresh, [parts.graph(one) for one in fresh], parts.settings, progress)
    old = [one for one in documents if one.document_id in left]
    return oxigraph.load(parts.directory / "store", chain(texts, _as_published(old, previous, fresh)))


def _as_published(
    documents: Sequence[Published], previous: Generation | None, others: Sequence[Published]
) -> Iterator[bytes]:
    """What the previous generation says of these documents, and of towns that no other document says anything of."""
    if previous is None:
        return
    told = {one.municipality for one in others}
    for one in documents:
        iri = previous.manifest.base_iri + iri_path(one.document_id)
        yield oxigraph.said_of(previous.store, iri, {one.municipality} - told)


def _revise_store(parts: Parts, documents: Sequence[Published], previous: Generation, progress: Progress) -> int:
    """The same from the previous store: what it says of unchanged documents is not written again."""
    gone, fresh = _differences(previous, documents)
    texts = graphs.write(fresh, [parts.graph(one) for one in fresh], parts.settings, progress)
    store = parts.directory / "store"
    stale = {one.municipality for one in (*gone, *fresh)}
    again = [parts.town_graph(one) for one in documents if one not in fresh and one.municipality in stale]
    iris = [[parts.graph_iri(one) for one in some] for some in (gone, fresh)]
    change = oxigraph.revise(previous.store, store, iris[0], stale, chain(texts, map(nquads, again)), iris[1])
    return previous.manifest.triples + change


def _differences(previous: Generation, documents: Sequence[Published]) -> tuple[list[Published], list[Published]]:
    """The documents of the previous generation that are gone or changed, and those that came or changed."""
    before = {old.document_id: old for old in previous.manifest.documents}
    kept = {one.document_id for one in documents if (old := before.get(one.document_id)) and old.content == one.content}
    gone = [old for old in before.values() if old.document_id not in kept]
    return gone, [one for one in documents if one.document_id not in kept]


def _change(
    previous: Generation | None, documents: Sequence[Published], model: Encoder
) -> tuple[Change | None, Sequence[Published]]:
    """What to change of the previous catalogue and index, and the documents to add; no change where all is added.

    All is written anew where more came or went than stayed, so that what was removed never outweighs the rest.
    """
    if previous is None or not index.usable(previous.directory, model):
        return None, documents
    gone, came = _differences(previous, documents)
    opened = Catalog(previous.directory)
    removed = opened.removed
    opened.close()
    if len(gone) + len(came) > len(documents) - len(came) or removed > opened.size:
        return None, documents
    ids = tuple(old.document_id for old in gone)
    return Change(previous.directory, ids, tuple(old.plan_id for old in gone)), came
