"""Adding plans and correcting them: sign in, add, look over, correct, publish, undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import InvalidRequest, NotFound, NotPublished, UnknownMunicipality
from kg.model import Goal, Item, Kind, Measure, Plan, PlanningArea, Review, Stated, Topic
from kg.municipalities import load
from kg.vocabulary import concept
from search_app.editing import CORRECTIONS, Change, Draft, Version, Work
from search_app.i18n import current_language
from search_app.search.catalog import DocumentRecord
from search_app.views import labels
from search_app.views.access import editing, editor, signed_in
from search_app.views.context import services, settings
from search_app.views.layout import item_url
from search_app.views.problems import message_of

pages = Blueprint("edit", __name__, url_prefix="/edit")

_LONGEST_NAME = 80
_LONGEST_VALUE = 20_000
_TEXTS = ("label", "number", "description")
_FACTS = ("priority", "period", "cost", "responsible", "partners", "status")
_KINDS = {Topic: Kind.TOPIC, PlanningArea: Kind.AREA, Goal: Kind.GOAL, Measure: Kind.MEASURE}


@dataclass(frozen=True, slots=True)
class EditPage:
    """What the overview shows: drafts with their number of corrections, documents, and versions to go back to."""

    drafts: tuple[tuple[Draft, int], ...]
    documents: tuple[DocumentRecord, ...]
    versions: tuple[Version, ...]
    megabytes: int
    values: Mapping[str, str]
    error: str = ""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """What the page of a draft shows."""

    draft: Draft
    work: Work | None
    plans: tuple[tuple[Plan, tuple[tuple[Kind, tuple[Item, ...]], ...]], ...]
    changes: tuple[Change, ...]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """What the form for one item shows: its fields with their values; `draft` is where corrections are noted."""

    draft: str
    item: Item
    kind: Kind
    fields: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


@pages.after_request
def _never_stored(answer: Response) -> Response:
    answer.cache_control.no_store = True
    return answer


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | AnyResponse:
    """Signs in with a name, kept with every change, and the token."""
    allowed = editing().allows
    if request.method == "GET":
        return render_template("sign_in.html", back=request.args.get("back", ""), name="", wrong=False)
    name = " ".join(request.form.get("name", "").split())
    back = request.form.get("back", "")
    if not allowed(request.form.get("token", "")) or not name or len(name) > _LONGEST_NAME:
        form = render_template("sign_in.html", back=back, name=name[:_LONGEST_NAME], wrong=True)
        return make_response(form, HTTPStatus.FORBIDDEN)
    session.clear()
    session.permanent = True
    session["editor"] = name
    return redirect(_ours(back), code=303)


def _ours(address: str) -> str:
    """The address where it leads to a page of this site, else the overview: no link may lead elsewhere."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if safe else url_for("edit.overview")


@pages.post("/sign-out")
def sign_out() -> AnyResponse:
    """Signs out."""
    editing()
    session.clear()
    return redirect(url_for("search.start"), code=303)


@pages.get("/")
@signed_in
def overview() -> str:
    """Form to add a plan, drafts, documents and versions."""
    return _overview({}, "")


def _overview(values: Mapping[str, str], error: str) -> str:
    drafts = tuple((draft, len(editing().changes(draft.id))) for draft in editing().drafts())
    megabytes = editing().largest // 1_000_000
    page = EditPage(drafts, _documents(), editing().versions(), megabytes, values, error)
    return render_template("edit.html", page=page)


def _documents() -> tuple[DocumentRecord, ...]:
    try:
        return services().catalog.documents()
    except NotPublished:
        return ()


@pages.post("/add")
@signed_in
def add() -> AnyResponse:
    """Takes a file or an address and begins to read it; says what is wrong beside what was typed."""
    try:
        return redirect(url_for("edit.draft", identifier=_added()), code=303)
    except (InvalidRequest, UnknownMunicipality) as error:
        message = message_of(error, current_language())
        return make_response(_overview(request.form, message), HTTPStatus.BAD_REQUEST)


def _added() -> str:
    file, address = request.files.get("file"), request.form.get("address", "").strip()
    town, title, author = _town(), request.form.get("title", ""), str(editor())
    if file and file.filename and not address:
        return editing().add_file(file.stream, file.filename, town, title, author)
    if address and not (file and file.filename):
        return editing().add_address(address, town, title, author)
    raise InvalidRequest("give either a file or an address")


def _town() -> str:
    """The AGS of the town that was given; empty for none. Raises UnknownMunicipality."""
    name = request.form.get("municipality", "").strip()
    return load(settings().towns).find(name).ags if name else ""


@pages.get("/drafts/<identifier>")
@signed_in
def draft(identifier: str) -> str:
    """How far a draft is; what was found, to be looked over; and what can be done with it."""
    found = editing().draft(identifier)
    plans = () if found.at_work else tuple((plan, _by_kind(plan)) for plan in editing().plans(identifier))
    names = {item.id: item.label for plan, _ in plans for item in plan.items()}
    changes = editing().changes(identifier)
    names |= {change.item: _label(change.item) for change in changes if change.item not in names}
    return render_template("draft.html", page=DraftPage(found, editing().work(identifier), plans, changes, names))


def _by_kind(plan: Plan) -> tuple[tuple[Kind, tuple[Item, ...]], ...]:
    groups = {kind: tuple(item for item in plan.items() if _KINDS[type(item)] is kind) for kind in Kind}
    return tuple((kind, items) for kind, items in groups.items() if items)


def _label(item: str) -> str:
    try:
        return services().catalog.get(item).item.label
    except (NotFound, NotPublished):
        return item


@pages.post("/drafts/<identifier>/read")
@signed_in
def read_again(identifier: str) -> AnyResponse:
    """Reads the source again, for the town and title given."""
    editing().read_again(identifier, _town(), request.form.get("title", ""))
    return redirect(url_for("edit.draft", identifier=identifier), code=303)


@pages.post("/drafts/<identifier>/publish")
@signed_in
def publish(identifier: str) -> AnyResponse:
    """Begins to publish a draft."""
    return redirect(url_for("edit.draft", identifier=editing().publish(identifier, str(editor()))), code=303)


@pages.post("/drafts/<identifier>/undo")
@signed_in
def undo(identifier: str) -> AnyResponse:
    """Brings back what served before the draft was published."""
    editing().undo(identifier)
    return redirect(url_for("edit.draft", identifier=identifier), code=303)


@pages.post("/drafts/<identifier>/take-back")
@signed_in
def take_back(identifier: str) -> AnyResponse:
    """Takes one correction out of a draft."""
    editing().take_back(identifier, *(request.form.get(name, "") for name in ("item", "field", "date")))
    left = any(draft.id == identifier for draft in editing().drafts())
    return redirect(url_for("edit.draft", identifier=identifier) if left else url_for("edit.overview"), code=303)


@pages.post("/drafts/<identifier>/discard")
@signed_in
def discard(identifier: str) -> AnyResponse:
    """Throws a draft away."""
    editing().discard(identifier)
    return redirect(url_for("edit.overview"), code=303)


@pages.post("/remove")
@signed_in
def remove() -> AnyResponse:
    """Prepares to take a published document out."""
    wanted = request.form.get("document", "")
    title = next((record.source.title for record in _documents() if record.id == wanted), None)
    if title is None:
        abort(404)
    identifier = editing().remove(wanted, title, str(editor()))
    return redirect(url_for("edit.draft", identifier=identifier), code=303)


@pages.post("/restore")
@signed_in
def restore() -> AnyResponse:
    """Makes an earlier version serve again."""
    editing().restore(request.form.get("version", ""))
    return redirect(url_for("edit.overview"), code=303)


@pages.route("/drafts/<identifier>/items/<item>", methods=["GET", "POST"])
@signed_in
def correct(identifier: str, item: str) -> str | AnyResponse:
    """The form to correct an item of a draft, or of what is published (draft `corrections`)."""
    found = _item(identifier, item)
    names = (*_TEXTS, *_FACTS) if isinstance(found, Measure) else _TEXTS
    if request.method == "GET":
        fields = tuple((name, _shown(found, name)) for name in names)
        page = CorrectPage(identifier, found, _KINDS[type(found)], fields, editing().history(item))
        return render_template("correct.html", page=page)
    values = {name: _value(name) for name in names if name in request.form}
    if "dropped" in request.form:
        values["dropped"] = "yes"
    editing().correct(identifier, found, values, str(editor()))
    onward = item_url(item) if identifier == CORRECTIONS else url_for("edit.draft", identifier=identifier)
    return redirect(onward, code=303)


def _item(identifier: str, item: str) -> Item:
    if identifier == CORRECTIONS:
        return services().catalog.get(item).item
    found = [each for plan in editing().plans(identifier) for each in plan.items() if each.id == item]
    if not found:
        abort(404)
    return found[0]


def _shown(item: Item, name: str) -> str:
    value = getattr(item, name)
    if isinstance(value, tuple):
        return "; ".join(part.text for part in value)
    return value.text if isinstance(value, Stated) else value or ""


def _value(name: str) -> str:
    value = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(value) > _LONGEST_VALUE:
        field = str(labels.FIELDS[name])
        raise InvalidRequest("{field}: longer than {limit} characters", field=field, limit=_LONGEST_VALUE)
    return value


@pages.post("/review")
@signed_in
def review() -> AnyResponse:
    """Confirms or rejects a link of a published item, or adds one."""
    entry = services().catalog.get(request.form.get("item", ""))
    found = concept(request.form.get("concept", ""))
    word = request.form.get("review", "")
    if word not in (Review.CONFIRMED, Review.REJECTED):
        raise InvalidRequest("a link is either confirmed or rejected")
    editing().review(entry.item.id, found.iri, Review(word), str(editor()))
    return redirect(f"{item_url(entry.item.id)}#links", code=303)
