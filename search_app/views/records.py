"""Items, hits and comparisons as JSON objects: the one form that command line, API and exports share.

A fact that the document does not state is `null` or an empty list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from kg.errors import NotFound
from kg.ids import iri_path
from kg.model import (
    Alignment,
    Box,
    Concept,
    Counterpart,
    Entry,
    Evidence,
    Goal,
    Hit,
    Item,
    Measure,
    Municipality,
    PlanningArea,
    Stated,
    Why,
)
from kg.vocabulary import concept
from search_app.clusters import Cluster
from search_app.compare import Cell, Comparison, Coverage, MatrixRow, beside_average, town
from search_app.search.catalog import Catalog
from search_app.search.engine import SearchResult

Record = dict[str, Any]


class Lookup(Protocol):
    """Where the items that an item refers to are found."""

    def get(self, identifier: str) -> Entry:
        """The item of that id. Raises NotFound."""


def item_record(entry: Entry, catalog: Lookup, base_iri: str, language: str = "de") -> Record:
    """An item with its facts, evidence and links; topic and areas by name, goals by id."""
    item = entry.item
    return {
        "id": item.id,
        "iri": item_iri(entry, base_iri),
        "kind": entry.kind.value,
        "municipality": municipality_record(entry.municipality),
        "plan": item.plan_id,
        "plan_title": entry.plan_title,
        "document": entry.document_id,
        "number": item.number,
        "label": item.label,
        "description": item.description or None,
        **_place_in_plan(item, catalog),
        **_stated_facts(item),
        "evidence": [evidence_record(evidence) for evidence in item.evidence],
        "alignments": [alignment_record(alignment, language) for alignment in entry.alignments],
        "method": item.method or None,
        "confidence": item.confidence,
    }


def item_iri(entry: Entry, base_iri: str) -> str:
    """The IRI of an item."""
    return base_iri + iri_path(entry.item.id)


def _place_in_plan(item: Item, catalog: Lookup) -> Record:
    topic_id = item.topic_id if isinstance(item, (Goal, Measure)) else None
    area_ids = item.area_ids if isinstance(item, (Goal, Measure)) else ()
    return {
        "topic": _label(topic_id, catalog),
        "topic_id": topic_id,
        "areas": [label for area in area_ids if (label := _label(area, catalog))],
        "area_ids": list(area_ids),
        "goals": list(item.goal_ids) if isinstance(item, Measure) else [],
        "part_of": None if isinstance(item, PlanningArea) else getattr(item, "part_of", None),
        "level": item.level if isinstance(item, Goal) else None,
        "bundle": item.bundle if isinstance(item, Measure) else False,
    }


def _stated_facts(item: Item) -> Record:
    measure = item if isinstance(item, Measure) else None
    names = ("priority", "period", "cost", "responsible", "status", "indicator")
    facts: Record = {name: _text(getattr(measure, name)) if measure else None for name in names}
    return facts | {"partners": [partner.text for partner in measure.partners] if measure else []}


def _label(identifier: str | None, catalog: Lookup) -> str | None:
    if identifier is None:
        return None
    try:
        return catalog.get(identifier).item.label
    except NotFound:
        return None


def _text(stated: Stated | None) -> str | None:
    return stated.text if stated else None


def municipality_record(town: Municipality) -> Record:
    """A town by name and official key."""
    return {"name": town.name, "ags": town.ags}


def town_record(town: Municipality) -> Record:
    """A town with all that is known of it."""
    return municipality_record(town) | {
        "state": town.state,
        "nuts3": town.nuts3,
        "population": town.population,
        "latitude": town.latitude,
        "longitude": town.longitude,
        "central_place": town.central_place,
        "central_place_source": town.central_place_source,
        "same_as": list(town.same_as),
    }


def evidence_record(evidence: Evidence) -> Record:
    """A quote with its place; the box is `[x0, top, x1, bottom]` in points."""
    return {
        "document": evidence.document_id,
        "page": evidence.page,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "box": _box(evidence.box),
    }


def _box(box: Box | None) -> list[float] | None:
    return [box.x0, box.top, box.x1, box.bottom] if box else None


def alignment_record(alignment: Alignment, language: str = "de") -> Record:
    """A link to a shared concept, with how it came about and the words that carry it."""
    return {
        "concept": alignment.concept,
        "scheme": alignment.scheme.value,
        "code": alignment.code,
        "label": concept_label(alignment.concept, language),
        "method": alignment.method.value,
        "confidence": round(alignment.confidence, 4),
        "accepted": alignment.accepted,
        "evidence": [{"start": span.start, "end": span.end, "text": span.text} for span in alignment.evidence],
        "nearest": alignment.nearest,
        "shares": {name: round(share, 4) for name, share in alignment.shares},
        "review": alignment.review.value,
    }


def concept_label(iri: str, language: str = "de") -> str | None:
    """The label of a concept, or None where the vocabulary does not have it."""
    try:
        return concept(iri).label(language)
    except NotFound:
        return None


def concept_record(found: Concept, counts: Mapping[str, int] | None = None, language: str = "de") -> Record:
    """A concept with its labels in all languages and, where given, the number of items linked to it."""
    return {
        "concept": found.iri,
        "scheme": found.scheme.value,
        "code": found.notation,
        "label": found.label(language),
        "labels": dict(found.labels),
        "broader": found.broader,
        "count": None if counts is None else counts.get(found.iri, 0),
    }


def why_record(why: Why) -> Record:
    """Why something was found: words that match, the nearest sentence, concepts shared, rank in each list, factors."""
    return {
        "matched": list(why.matched),
        "sentence": why.sentence,
        "concepts": list(why.concepts),
        "lexical_rank": why.lexical_rank,
        "dense_rank": why.dense_rank,
        "factors": dict(why.factors),
    }


def hit_record(hit: Hit) -> Record:
    """One result of a search, in short, the best passage first; the item's own record has the rest."""
    entry = hit.entry
    return {
        "rank": hit.rank,
        "id": entry.item.id,
        "kind": entry.kind.value,
        "number": entry.item.number,
        "label": entry.item.label,
        "municipality": municipality_record(entry.municipality),
        "score": round(hit.score, 4),
        "why": why_record(hit.why),
        "evidence": [evidence_record(evidence) for evidence in dict.fromkeys((*hit.passage, *entry.item.evidence))],
    }


def hits_record(query: str, found: SearchResult) -> Record:
    """The answer to a search: how many there are in all, and those asked for.

    `searched` is the question in its proper spelling, None where it was asked in just that.
    """
    searched = found.meant.read if found.meant else None
    return {"query": query, "searched": searched, "total": found.total, "hits": [hit_record(hit) for hit in found.hits]}


def short_record(entry: Entry) -> Record:
    """An item as one side of a comparison."""
    return {
        "id": entry.item.id,
        "kind": entry.kind.value,
        "number": entry.item.number,
        "label": entry.item.label,
        "municipality": municipality_record(entry.municipality),
    }


def pair_record(pair: Counterpart) -> Record:
    """Two items of two towns that are alike."""
    return {
        "a": short_record(pair.a),
        "b": short_record(pair.b),
        "score": round(pair.score, 4),
        "why": why_record(pair.why),
    }


def comparison_record(comparison: Comparison, language: str = "de") -> Record:
    """Two towns side by side; `a` and `b` of a matrix row are numbers of goals and measures.

    No item stands twice in `pairs`; `also` holds further items with a counterpart that is paired already.
    """
    return {
        "a": municipality_record(comparison.a),
        "b": municipality_record(comparison.b),
        "pairs": [pair_record(pair) for pair in comparison.pairs],
        "also": [pair_record(pair) for pair in comparison.also],
        "only_a": [short_record(entry) for entry in comparison.only_a],
        "only_b": [short_record(entry) for entry in comparison.only_b],
        "matrix": [_matrix_record(row, language) for row in comparison.matrix],
    }


def shares_record(catalog: Catalog, towns: Sequence[str], language: str = "de") -> Record:
    """Any number of towns (AGS): for each concept each town's count and share; one town beside its size class."""
    rows = []
    for row, average in beside_average(catalog, towns):
        cells = {ags: _cell_record(cell) for ags, cell in zip(towns, row.cells, strict=True)}
        if len(towns) == 1:
            known = Coverage.NOT_AVAILABLE if average is None else Coverage.PLANNED
            cells["average"] = {"count": None, "share": round(average or 0.0, 4), "coverage": known.value}
        rows.append({"concept": row.concept, "label": concept_label(row.concept, language), "cells": cells})
    return {"towns": [municipality_record(town(catalog, ags)) for ags in towns], "matrix": rows}


def _cell_record(cell: Cell) -> Record:
    return {"count": cell.count, "share": round(cell.share, 4), "coverage": cell.coverage.value}


def cluster_record(cluster: Cluster, language: str = "de") -> Record:
    """A group of towns with like plans, and the topics that set it apart."""
    return {
        "towns": [municipality_record(one) for one in cluster.towns],
        "topics": [{"concept": iri, "label": concept_label(iri, language)} for iri in cluster.topics],
    }


def _matrix_record(row: MatrixRow, language: str) -> Record:
    a, b = row.cells
    return {
        "concept": row.concept,
        "label": concept_label(row.concept, language),
        "a": a.count,
        "b": b.count,
        "share_a": round(a.share, 4),
        "share_b": round(b.share, 4),
        "coverage_a": a.coverage.value,
        "coverage_b": b.coverage.value,
    }
