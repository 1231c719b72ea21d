"""Hypothesis strategies for documents, plans and alignments that fit together."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.ids import make_id
from kg.model import (
    Alignment,
    Box,
    Change,
    Document,
    Evidence,
    Goal,
    LinkMethod,
    Measure,
    Municipality,
    Page,
    Plan,
    PlanningArea,
    Review,
    Source,
    Span,
    Stated,
    StatedTotal,
    Topic,
)
from kg.vocabulary import concepts

BASE = "https://example.org/insek/"
DOCUMENT = make_id("document", "a")
PLAN = make_id("plan", DOCUMENT)
TOWN = Municipality(
    "14730310",
    "Torgau",
    "Sachsen",
    "DED53",
    19_768,
    51.5602,
    12.9962,
    ("http://www.wikidata.org/entity/Q12062",),
    "Mittelzentrum",
    "Landesentwicklungsplan Sachsen 2013",
)
# Letters that need care in literals: quotes, line breaks, umlauts, signs beyond the basic plane.
text = st.text(
    st.sampled_from("aäß\"'\\\n\t€😀 <>{}") | st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
)
label = text.filter(lambda value: bool(value.strip()))
share = st.floats(0, 1)
EMPTY = Plan(PLAN, TOWN.ags, "INSEK", (DOCUMENT,))
PAGE = "Ziele und Maßnahmen der Stadt: „Grün“ 😀\n\n" * 4


@st.composite
def evidence(draw):
    start = draw(st.integers(0, len(PAGE) - 2))
    end = draw(st.integers(start + 1, len(PAGE)))
    box = draw(st.none() | st.just(Box(1.5, 2.25, 100.125, 1e-7 + 3)))
    return Evidence(DOCUMENT, draw(st.integers(1, 2)), start, end, PAGE[start:end], box)


several = st.lists(evidence(), max_size=2).map(tuple)
stated = st.builds(Stated, text, st.none() | text, several)


def _ids(kind, most=3):
    return [make_id(kind, PLAN, number) for number in range(most)]


def some(kind):
    return st.lists(st.sampled_from(sorted(_ids(kind))), unique=True).map(lambda found: tuple(sorted(found)))


def items(draw, build, kind, **fields):
    common = {
        "plan_id": st.just(PLAN),
        "label": label,
        "description": st.just("") | text,
        "number": st.none() | text,
        "evidence": several,
        "method": st.just("") | text,
        "confidence": share,
    }
    return tuple(
        draw(st.builds(build, id=st.just(identifier), **common, **fields))
        for identifier in _ids(kind)[: draw(st.integers(0, 2))]
    )


@st.composite
def plans(draw):
    maybe_topic = st.none() | st.sampled_from(_ids("topic"))
    facts = {name: st.none() | stated for name in ("priority", "period", "cost", "responsible", "status", "indicator")}
    belongs = {"topic_id": maybe_topic, "area_ids": some("area")}
    return Plan(
        id=PLAN,
        municipality=TOWN.ags,
        title=draw(text),
        documents=(DOCUMENT,),
        topics=items(draw, Topic, "topic", part_of=maybe_topic),
        areas=items(
            draw,
            PlanningArea,
            "area",
            aliases=st.lists(text, unique=True, max_size=2).map(lambda found: tuple(sorted(found))),
            listed=st.booleans(),
            whole_town=st.booleans(),
        ),
        goals=items(
            draw,
            Goal,
            "goal",
            part_of=st.none() | st.sampled_from(_ids("goal")),
            level=st.none() | text,
            **belongs,
        ),
        measures=items(
            draw,
            Measure,
            "measure",
            goal_ids=some("goal"),
            part_of=st.none() | st.sampled_from(_ids("measure")),
            bundle=st.booleans(),
            partners=st.lists(stated, max_size=2).map(tuple),
            **belongs,
            **facts,
        ),
        totals=tuple(draw(st.lists(totals(maybe_topic), max_size=12))),
        frameworks=draw(st.sampled_from([(), ("http://metadata.un.org/sdg",)])),
        edition=draw(st.none() | text),
        horizon=draw(st.none() | text),
        status=draw(st.none() | text),
    )


def totals(topic):
    count = st.none() | st.integers(0, 500)
    return st.builds(
        StatedTotal,
        label=text,
        counted=text,
        printed=text,
        value=count,
        topic_id=topic,
        found=count,
        doubtful=st.booleans(),
        evidence=several,
    )


@st.composite
def alignments(draw, plan):
    made = {}
    for item in plan.items():
        for concept in draw(st.lists(st.sampled_from(concepts()), max_size=2)):
            method = draw(st.sampled_from(LinkMethod))
            made[item.id, concept.iri, method] = Alignment(
                item.id,
                concept.iri,
                concept.scheme,
                concept.notation,
                method,
                version=draw(text),
                confidence=draw(share),
                accepted=draw(st.booleans()),
                evidence=draw(st.sampled_from([(), (Span(0, 2, "aä"), Span(3, 4, '"'))])),
                nearest=draw(st.none() | text),
                shares=draw(st.sampled_from([(), (("lexical", 0.25), ("semantisch ä", 1e-9))])),
                review=draw(st.sampled_from(Review)),
            )
    return tuple(made.values())


@st.composite
def changes(draw):
    made = st.builds(
        Change,
        item_id=st.sampled_from(_ids("goal")),
        field=st.sampled_from(["label", "cost", "dropped", "link"]),
        before=st.just("") | text,
        after=st.just("") | text,
        author=text,
        date=st.sampled_from(["2026-11-22", "2026-11-22T12:00:00+00:00"]),
        concept=st.none() | st.just("http://metadata.un.org/sdg/11.2"),
    )
    return tuple(draw(st.lists(made, max_size=12)))


SOURCE = Source(DOCUMENT, TOWN.ags, "INSEK „2030“", "plan ä.pdf", "application/pdf", "00ff", "2026-11-22", None)


def document():
    return Document(DOCUMENT, SOURCE, "de", (Page(1, PAGE), Page(2, PAGE)), ())
