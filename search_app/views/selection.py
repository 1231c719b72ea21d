"""What an address asks for: query, filters, page and order, read from its parameters and written back to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from kg.errors import InvalidRequest, NotFound
from kg.model import Kind
from kg.municipalities import load
from kg.vocabulary import concept
from search_app.search.filters import SIZE_CLASSES, Filters
from search_app.views.context import services

T = TypeVar("T")

LONGEST_QUERY = 2_000
PAGE_SIZE = 20
LARGEST_PAGE = 100
DEEPEST = 10_000
ORDERS = ("relevance", "town", "label")


@dataclass(frozen=True, slots=True)
class Selection:
    """A search as asked for. `page` counts from 1."""

    query: str
    filters: Filters
    page: int = 1
    size: int = PAGE_SIZE
    order: str = ORDERS[0]

    @property
    def offset(self) -> int:
        """How many results come before this page."""
        return (self.page - 1) * self.size


def read_selection(args: MultiDict[str, str]) -> Selection:
    """The selection of these parameters. Raises InvalidRequest or UnknownMunicipality for values that mean nothing."""
    query = " ".join(args.get("q", "").split())
    if len(query) > LONGEST_QUERY:
        raise InvalidRequest("the question is longer than {limit} characters; shorten it", limit=LONGEST_QUERY)
    return Selection(
        query,
        read_filters(args),
        whole_number(args, "page", 1, DEEPEST // PAGE_SIZE),
        whole_number(args, "k", PAGE_SIZE, LARGEST_PAGE),
        _one_of("sort", args.get("sort", ORDERS[0]), ORDERS),
    )


def read_filters(args: MultiDict[str, str]) -> Filters:
    """The filters of these parameters; each may be given several times."""
    return Filters(
        municipalities=_values(args, "municipality", town_key),
        states=_values(args, "state", str),
        sizes=_values(args, "size", lambda value: _one_of("size", value, SIZE_CLASSES)),
        kinds=_values(args, "kind", lambda value: Kind(_one_of("kind", value, [kind.value for kind in Kind]))),
        concepts=_values(args, "concept", _concept),
        documents=_values(args, "document", str),
        plans=_values(args, "plan", str),
        areas=_values(args, "area", str),
        statuses=_values(args, "status", str),
        years=_values(args, "year", lambda value: _number("year", value, 1900, 2100)),
    )


def whole_number(args: MultiDict[str, str], name: str, default: int, most: int) -> int:
    """A parameter as a number from 1. Raises InvalidRequest for anything else."""
    value = args.get(name, "")
    return _number(name, value, 1, most) if value else default


def town_key(name_or_ags: str) -> str:
    """The AGS of a published town. Raises UnknownMunicipality."""
    published = {town.ags for town in services().catalog.municipalities()}
    if name_or_ags in published:
        return name_or_ags
    return load().find(name_or_ags, among=published).ags


def _values(args: MultiDict[str, str], name: str, read: Callable[[str], T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(read(value) for value in args.getlist(name) if value))


def _concept(value: str) -> str:
    try:
        return concept(value).iri
    except NotFound as error:
        raise NotFound(
            "parameter concept: {value!r} is no concept of the shared schemes; /api/v1/concepts lists them", value=value
        ) from error


def _one_of(name: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise InvalidRequest(
            "parameter {name}: {value!r} is not one of {known}", name=name, value=value, known=", ".join(known)
        )
    return value


def _number(name: str, value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
        raise InvalidRequest(
            "parameter {name}: {value!r} is not a whole number from {least} to {most}",
            name=name,
            value=value,
            least=least,
            most=most,
        )
    return int(value)
