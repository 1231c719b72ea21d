"""Documents as they were read, page by page with what was found, and plans as trees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from flask import Blueprint, Response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFound
from kg.model import Box, Document, Entry, Evidence, Kind, Municipality, Page, Plan
from search_app.search.filters import Filters
from search_app.search.relations import parents_of
from search_app.views import linked
from search_app.views.context import services
from search_app.views.evidence import boxes_of, image_url, render_page
from search_app.views.highlight import mark_ranges
from search_app.views.layout import document_url
from search_app.views.selection import whole_number

pages = Blueprint("documents", __name__)

_MOST_ITEMS = 20_000
_ONE_DAY = 86_400
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """What the reader shows: one page of a document, with one item marked or all that stand on it."""

    document: Document
    town: Municipality
    address: str | None
    file_name: str
    number: int
    page: Page
    text: Markup
    image: str | None
    boxes: tuple[Box, ...]
    item: str | None
    found: tuple[Entry, ...]
    pages_with_finds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An item in a plan's tree."""

    entry: Entry
    depth: int
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the tree of a plan shows."""

    plan: Plan
    town: Municipality
    roots: tuple[Node, ...]


@pages.get("/id/document/<digits>")
def page(digits: str) -> str | Response:
    """A page of a document (`page`, from 1) with the passages of one item (`item`) or of all items marked."""
    identifier = f"document-{digits}"
    document = services().document(identifier)
    if answer := linked.as_asked([f"{services().settings.base_iri}id/document/{digits}"]):
        return answer
    number = whole_number(request.args, "page", 1, 1_000_000)
    shown = document.page(number)
    if shown is None:
        raise NotFound("the document has {count} pages, not {number}", count=len(document.pages), number=number)
    return render_template("document.html", page=_document_page(document, shown, request.args.get("item")))


@pages.get("/id/passage/<digits>")
def passage(digits: str) -> AnyResponse:
    """Leads to the passage in its document."""
    entry = services().catalog.get(f"passage-{digits}")
    return redirect(document_url(entry.document_id, entry.item.evidence[0].page, entry.item.id))


def _document_page(document: Document, shown: Page, item: str | None) -> DocumentPage:
    entries, _total = services().catalog.select(Filters(documents=(document.id,)), 0, _MOST_ITEMS)
    if item and item.startswith(Kind.PASSAGE):
        entries = (*entries, services().catalog.get(item))
    number = shown.number
    found = tuple(entry for entry in entries if _on_page(entry, number))
    marked = [entry for entry in found if item is None or entry.item.id == item]
    evidence = tuple(one for entry in marked for one in _on_page(entry, number))
    location = document.source.location
    is_address = location.startswith(("http://", "https://"))
    return DocumentPage(
        document=document,
        town=_town(document.source.municipality),
        address=location if is_address else None,
        file_name=PurePath(location).name,
        number=number,
        page=shown,
        text=mark_ranges(shown.text, [(one.start, one.end) for one in evidence], anchor="passage"),
        image=image_url(document.id, number) if shown.width and shown.height else None,
        boxes=boxes_of(evidence),
        item=item,
        found=found,
        pages_with_finds=tuple(sorted({one.page for entry in entries for one in entry.item.evidence})),
    )


def _on_page(entry: Entry, number: int) -> tuple[Evidence, ...]:
    return tuple(one for one in entry.item.evidence if one.page == number and one.document_id == entry.document_id)


def _town(ags: str) -> Municipality:
    return next(town for town in services().catalog.municipalities() if town.ags == ags)


@pages.get("/id/document/<digits>/page/<int:number>.png")
def image(digits: str, number: int) -> Response:
    """The page as an image. The path is ours; nothing of the address reaches the file system."""
    original = services().original(f"document-{digits}")
    if original is None:
        raise NotFound("the original of this document is not kept")
    answer = Response(render_page(original, number), mimetype="image/png")
    answer.add_etag()
    answer.cache_control.max_age = _ONE_DAY
    answer.make_conditional(request)
    return answer


@pages.get("/id/plan/<digits>")
def plan(digits: str) -> str | Response:
    """A plan as a tree of its topics, goals and measures."""
    found = services().catalog.plan(f"plan-{digits}")
    iri = f"{services().settings.base_iri}id/plan/{digits}"
    if answer := linked.as_asked([iri]):
        return answer
    kinds = (Kind.TOPIC, Kind.GOAL, Kind.MEASURE)
    entries, _total = services().catalog.select(Filters(plans=(found.id,), kinds=kinds), 0, _MOST_ITEMS)
    return render_template("plan.html", page=PlanPage(found, _town(found.municipality), _tree(entries)))


def _tree(entries: tuple[Entry, ...]) -> tuple[Node, ...]:
    """Every item once, below the first of its parents that the plan has."""
    known = {entry.item.id for entry in entries}
    below: dict[str | None, list[Entry]] = {}
    for entry in entries:
        parent = next((name for name in _nearest_first(entry) if name in known and name != entry.item.id), None)
        below.setdefault(parent, []).append(entry)

    def nodes(parent: str | None, depth: int) -> tuple[Node, ...]:
        if depth > _DEEPEST:
            return ()
        return tuple(Node(entry, depth, nodes(entry.item.id, depth + 1)) for entry in below.get(parent, ()))

    return nodes(None, 0)


def _nearest_first(entry: Entry) -> tuple[str, ...]:
    return parents_of(entry)
