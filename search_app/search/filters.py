"""What a search can be narrowed to, as terms that every index stores with an item.

An item carries terms such as `kind:goal` or `town:14730310`. A filter is a conjunction of groups; an item passes
when it carries at least one term of each group. Catalogue, lexical index and vector index use the same terms, so a
filter means the same everywhere and is applied inside the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.model import Entry, Goal, Kind, Measure, Stated

_SIZES = ((5_000, "village"), (20_000, "small"), (100_000, "medium"), (500_000, "large"))
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST_PERIOD = 60
_FIELDS = {
    "town": "municipalities",
    "state": "states",
    "size": "sizes",
    "kind": "kinds",
    "concept": "concepts",
    "document": "documents",
    "plan": "plans",
    "area": "areas",
    "status": "statuses",
    "year": "years",
}
"""The name of a filter's terms, and the field that holds its values."""

SIZE_CLASSES = ("village", "small", "medium", "large", "metropolis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Narrows a search; an empty tuple does not narrow. Values within one field are alternatives.

    `municipalities` are AGS; `concepts` IRIs of any scheme; `sizes` are among SIZE_CLASSES; `years` match items whose
    stated period includes one of them; `areas` and `statuses` are compared without case.
    """

    municipalities: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    concepts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    excluded_municipalities: tuple[str, ...] = ()

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Groups of terms: an item passes when it carries a term of every group."""
        values = {name: getattr(self, field) for name, field in _FIELDS.items()}
        values |= {name: tuple(value.casefold() for value in values[name]) for name in ("area", "status")}
        return tuple(tuple(f"{name}:{value}" for value in chosen) for name, chosen in values.items() if chosen)

    def without(self, name: str) -> Filters:
        """The same filters without the one whose terms carry that name ("town", "kind", …)."""
        return replace(self, **{_FIELDS[name]: ()})

    def excluded(self) -> tuple[str, ...]:
        """Terms that an item must not carry."""
        return tuple(f"town:{ags}" for ags in self.excluded_municipalities)


def size_class(population: int | None) -> str | None:
    """The class of a town by its inhabitants, after the limits of the BBSR (5,000, 20,000, 100,000, 500,000)."""
    if population is None:
        return None
    return next((name for limit, name in _SIZES if population < limit), "metropolis")


def document_term(identifier: str) -> str:
    """The filter term of all that a document (id) brought in."""
    return f"document:{identifier}"


def terms_of(entry: Entry, area_labels: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The terms an item carries. `area_labels` are the names of the planning areas it belongs to."""
    item, town = entry.item, entry.municipality
    terms = [f"kind:{entry.kind.value}", f"town:{town.ags}", f"state:{town.state}", f"plan:{item.plan_id}"]
    terms += [document_term(entry.document_id)]
    if size := size_class(town.population):
        terms.append(f"size:{size}")
    terms += [f"concept:{alignment.concept}" for alignment in entry.alignments if alignment.accepted]
    if isinstance(item, Goal | Measure):
        terms += [f"area:{label.casefold()}" for label in area_labels]
    if isinstance(item, Measure):
        terms += [f"year:{year}" for year in years_of(item.period)]
        if item.status:
            terms.append(f"status:{(item.status.normal or item.status.text).casefold()}")
    return tuple(dict.fromkeys(terms))


def years_of(period: Stated | None) -> tuple[int, ...]:
    """The years a stated period names, with those between the first and the last; empty where it names none."""
    if period is None:
        return ()
    years = sorted({int(year) for year in _YEAR.findall(f"{period.text} {period.normal or ''}")})
    if len(years) > 1 and years[-1] - years[0] <= _LONGEST_PERIOD:
        return tuple(range(years[0], years[-1] + 1))
    return tuple(years)
