"""The doors of the mapping: all items of a plan, loose texts, and why a concept was or was not linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from kg.encoding import Encoder
from kg.errors import InvalidRequest
from kg.ids import make_id
from kg.mapping import lexical, principles, semantic, stated
from kg.mapping.combine import LONGEST, Verdict, judge
from kg.mapping.lexical import goal_of
from kg.mapping.topics import map_topic
from kg.model import Alignment, Goal, LinkMethod, Measure, Plan, Scheme, Span, item_text
from kg.vocabulary import concept, concepts

_ORDER = list(Scheme)


def align(plan: Plan, encoder: Encoder | None) -> tuple[Alignment, ...]:
    """The accepted links of a plan's topics, goals and measures, in this order, best first within a scheme.

    A goal or measure under a topic that means one shared topic gets that topic too; under a topic that means
    several or none it is mapped by itself. Without an encoder the semantic method is silent.
    """
    items: list[Goal | Measure] = [*plan.goals, *plan.measures]
    by_topic = {topic.id: map_topic(topic.id, topic.label) for topic in plan.topics}
    links = [link for found in by_topic.values() for link in found]
    texts = [item_text(item) for item in items]
    for item, found in zip(items, _link_all(texts, [item.id for item in items], encoder, None), strict=True):
        topic = by_topic.get(item.topic_id or "", ())
        links += _inherit(item.id, topic, found) if len(topic) == 1 else found
    return tuple(links)


def classify(
    texts: Sequence[str],
    encoder: Encoder | None,
    *,
    schemes: Iterable[str] | None = None,
    floor: float | None = None,
) -> list[tuple[Alignment, ...]]:
    """For each text its accepted links, best first within a scheme; the item id is made from the text.

    With `floor` also the near misses: links that are not accepted but whose probability reaches it, with
    `accepted` False. `schemes` names those wanted ("sdg", "sdg-target", "smart-city", "leipzig-charter", "topic").
    Raises InvalidRequest for an unknown one.
    """
    wanted = set(Scheme) if schemes is None else {_scheme(name) for name in schemes}
    links = _link_all(texts, [make_id("text", text) for text in texts], encoder, floor)
    return [tuple(link for link in found if link.scheme in wanted) for found in links]


def explain(text: str, code: str, encoder: Encoder | None, scheme: str | None = None) -> Alignment:
    """What each method says of one text and one concept, whether linked or not; a link that is refused has
    `accepted` False. Raises InvalidRequest for an unknown scheme, NotFound for an unknown concept."""
    wanted = concept(code, _scheme(scheme) if scheme else None)
    item = make_id("text", text)
    every = next(iter(_link_all([text], [item], encoder, 0.0)))
    known = (link for link in every if (link.scheme, link.code) == (wanted.scheme, wanted.notation))
    unknown = Alignment(
        item, wanted.iri, wanted.scheme, wanted.notation, LinkMethod.SEMANTIC, semantic.VERSION, 0.0, False
    )
    return next(known, unknown)


def _scheme(name: str) -> Scheme:
    try:
        return Scheme(name)
    except ValueError:
        raise InvalidRequest("no scheme {name!r}; there are {known}", name=name, known=", ".join(Scheme)) from None


def _link_all(
    texts: Sequence[str], ids: Sequence[str], encoder: Encoder | None, floor: float | None
) -> Iterator[list[Alignment]]:
    for text, item, verdicts in zip(texts, ids, judge(texts, encoder, floor), strict=True):
        links = {(verdict.scheme, verdict.code): _link(item, verdict) for verdict in verdicts}
        links |= {(link.scheme, link.code): link for link in _principles(item, text)}
        links |= {(link.scheme, link.code): link for link in _stated(item, text)}
        yield sorted(links.values(), key=lambda link: (_ORDER.index(link.scheme), -link.confidence))


def _link(item: str, verdict: Verdict) -> Alignment:
    spoken = verdict.lexical >= 0.5 and bool(verdict.evidence)
    return Alignment(
        item,
        concept(verdict.code, verdict.scheme).iri,
        verdict.scheme,
        verdict.code,
        LinkMethod.LEXICAL if spoken else LinkMethod.SEMANTIC,
        lexical.VERSION if spoken else semantic.VERSION,
        round(verdict.chance, 4),
        verdict.accepted,
        evidence=verdict.evidence,
        nearest=verdict.nearest,
        shares=(("lexical", round(verdict.lexical, 3)), ("semantic", round(1 - verdict.lexical, 3))),
    )


def _principles(item: str, text: str) -> Iterator[Alignment]:
    """The Charter's principles and cross-cutting themes that the text's terms speak for; none for a chapter."""
    for code, found in principles.find_principles(text).items() if len(text) <= LONGEST else ():
        yield Alignment(
            item,
            concept(code, Scheme.LEIPZIG_CHARTER).iri,
            Scheme.LEIPZIG_CHARTER,
            code,
            LinkMethod.LEXICAL,
            principles.VERSION,
            principles.CONFIDENCE,
            True,
            evidence=found.strong,
            shares=(("lexical", 1.0),),
        )


def _stated(item: str, text: str) -> Iterator[Alignment]:
    """The concepts that the text names; a target that it names means its goal too."""
    known = _known()
    for (scheme, code), spans in stated.find_stated(text).items():
        goal = [(Scheme.SDG, goal_of(code))] if scheme is Scheme.SDG_TARGET else []
        for key in [(scheme, code), *goal]:
            if key in known:
                yield _certain(item, known[key], key, spans)


@cache
def _known() -> dict[tuple[Scheme, str], str]:
    return {(concept.scheme, concept.notation): concept.iri for concept in concepts()}


def _certain(item: str, iri: str, key: tuple[Scheme, str], spans: tuple[Span, ...]) -> Alignment:
    return Alignment(
        item, iri, *key, LinkMethod.STATED, stated.VERSION, 1.0, True, evidence=spans, shares=(("stated", 1.0),)
    )


def _inherit(item: str, topic: tuple[Alignment, ...], found: list[Alignment]) -> list[Alignment]:
    link = topic[0]
    own = Alignment(
        item,
        link.concept,
        link.scheme,
        link.code,
        link.method,
        link.version,
        link.confidence,
        True,
        shares=(("plan topic", 1.0),),
    )
    return [*(each for each in found if each.concept != own.concept), own]
