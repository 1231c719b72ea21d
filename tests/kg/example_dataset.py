"""The example dataset: four small invented plans of three real towns, on which the competency questions are asked.

`python tests/kg/example_dataset.py` writes it to `ontologies/examples/dataset.trig`; a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg import municipalities
from kg.ids import iri_path, make_id
from kg.model import (
    Alignment,
    Change,
    Document,
    Evidence,
    Goal,
    LinkMethod,
    Measure,
    Page,
    Plan,
    PlanningArea,
    Review,
    Scheme,
    Source,
    Span,
    Stated,
    StatedTotal,
    Topic,
)
from kg.namespaces import PREFIXES
from kg.store.oxigraph import NamedGraph
from kg.to_rdf import document_triples, municipality_triples
from kg.vocabulary import concept

BASE = "https://w3id.org/insek/"
FILE = Path(__file__).parents[2] / "ontologies" / "examples" / "dataset.trig"


_SCHEMES = {"topic": Scheme.TOPIC, "leipzig": Scheme.LEIPZIG_CHARTER}


class Example:
    """Builds a plan line by line; each line is the evidence of what it says."""

    def __init__(self, ags: str, title: str, **plan: str) -> None:
        self.town = municipalities.load().find(ags)
        self.document_id = make_id("document", title)
        self.plan_id = make_id("plan", self.document_id)
        self.title, self._plan, self._text = title, plan, ""
        self.links: list[Alignment] = []
        self.changes: list[Change] = []
        self.items: dict[type, list] = {Topic: [], PlanningArea: [], Goal: [], Measure: []}
        self.totals: list[StatedTotal] = []
        self.frameworks: tuple[str, ...] = ()

    def evidence(self, text: str) -> tuple[Evidence, ...]:
        start = len(self._text)
        self._text += text + "\n"
        return (Evidence(self.document_id, 1, start, start + len(text), text),)

    def add(self, kind: type, label: str, links: str = "", **fields):
        name = {Topic: "topic", PlanningArea: "area", Goal: "goal", Measure: "measure"}[kind]
        common = {"confidence": 0.95} | fields
        item = kind(
            id=make_id(name, self.plan_id, label),
            plan_id=self.plan_id,
            label=label,
            evidence=self.evidence(label),
            method="example/1",
            **common,
        )
        self.items[kind].append(item)
        for link in links.split():
            self.link(item, link)
        return item

    def link(self, item, text: str) -> None:
        """`concept/method` or `concept/method/review`, such as `11.2/semantic`; with `?` it is not accepted."""
        name, method, *review = text.rstrip("?").split("/")
        scheme, _, code = name.rpartition(":")
        found = concept(code, _SCHEMES.get(scheme))
        named = "exact" if item.label in dict(found.labels).values() else "close"
        match = "broad" if " und " in item.label else named
        self.links.append(
            Alignment(
                item.id,
                found.iri,
                found.scheme,
                found.notation,
                LinkMethod(method),
                "example/1",
                confidence=0.4 if text.endswith("?") else 0.9,
                accepted=not text.endswith("?"),
                evidence=(Span(0, 4, item.label[:4]),) if method == "lexical" else (),
                shares=((match, 1.0),) if isinstance(item, Topic) else (),
                review=Review(review[0]) if review else Review.UNREVIEWED,
            )
        )

    def stated(self, text: str, normal: str | None = None) -> Stated:
        return Stated(text, normal, self.evidence(text))

    def change(self, item, field: str, before: str, after: str, concept_iri: str | None = None) -> None:
        """What the planning office of the example corrected, on one day."""
        self.changes.append(
            Change(item.id, field, before, after, "Stadtplanungsamt (Beispiel)", "2026-11-22", concept_iri)
        )

    def total(self, counted: str, printed: str, value: int | None, found: int) -> None:
        self.totals.append(
            StatedTotal(f"{printed} {counted}", counted, printed, value, None, found, evidence=self.evidence(printed))
        )

    def build(self) -> tuple[Document, Plan, list[Alignment]]:
        source = Source(
            self.document_id,
            self.town.ags,
            self.title,
            f"{self.title}.txt",
            "text/plain",
            f"{len(self._text):064x}",
            "2026-11-22",
        )
        document = Document(self.document_id, source, "de", (Page(1, self._text),), ())
        plan = Plan(
            self.plan_id,
            self.town.ags,
            self.title,
            (self.document_id,),
            *map(tuple, self.items.values()),
            totals=tuple(self.totals),
            frameworks=self.frameworks,
            **self._plan,
        )
        return document, plan, self.links


def _torgau() -> Example:
    plan = Example("14730310", "INSEK Torgau (Beispiel)", edition="2023", horizon="2035", status="beschlossen")
    plan.frameworks = ("https://w3id.org/insek/scheme/leipzig-charter",)
    traffic = plan.add(Topic, "Verkehr", "topic:mobility/lexical")
    climate = plan.add(
        Topic, "Umwelt und Klimaschutz", "topic:climate-protection/lexical topic:nature-environment/semantic"
    )
    culture = plan.add(Topic, "Kultur", "topic:culture/lexical")
    old_town = plan.add(PlanningArea, "Altstadt", number="PG I", aliases=("Innenstadt",))
    villages = plan.add(PlanningArea, "Ländliche Ortsteile", number="PG II")
    everywhere = plan.add(PlanningArea, "Gesamtstadt", whole_town=True, listed=False)
    move = plan.add(
        Goal,
        "Sichere Wege für alle",
        "11.2/semantic mobility/lexical",
        topic_id=traffic.id,
        area_ids=(everywhere.id,),
        number="1",
        level="Leitziel",
    )
    bus = plan.add(
        Goal,
        "Gute Busverbindungen in die Ortsteile",
        "11.2/stated leipzig:green/semantic",
        topic_id=traffic.id,
        area_ids=(villages.id,),
        number="1.1",
        part_of=move.id,
        level="Teilziel",
    )
    species = plan.add(
        Goal,
        "Förderung der Arten- und Biotopvielfalt",
        "15.5/semantic/confirmed environment/semantic leipzig:green/semantic 13.2/lexical/rejected?",
        topic_id=climate.id,
        area_ids=(everywhere.id,),
        number="2",
    )
    plan.add(
        Goal, "Belebung des Marktplatzes", "leipzig:productive/semantic", topic_id=culture.id, area_ids=(old_town.id,)
    )
    plan.add(
        Measure,
        "Rufbus für die Ortsteile",
        "11.2/lexical mobility/semantic topic:mobility/semantic",
        goal_ids=(bus.id,),
        topic_id=traffic.id,
        area_ids=(villages.id,),
        priority=plan.stated("Priorität hoch", "high"),
        period=plan.stated("2024 bis 2026", "2024/2026"),
        cost=plan.stated("rund 120.000 Euro", "120000 EUR"),
        responsible=plan.stated("Ordnungsamt"),
        partners=(plan.stated("Landkreis Nordsachsen"), plan.stated("Verkehrsbetrieb")),
        status=plan.stated("in Vorbereitung"),
    )
    plan.add(
        Measure,
        "Radweg zum Bahnhof",
        "11.2/semantic mobility/semantic topic:mobility/lexical",
        goal_ids=(move.id,),
        topic_id=traffic.id,
        area_ids=(old_town.id,),
        priority=plan.stated("Priorität mittel", "medium"),
        cost=plan.stated("2 bis 2,5 Mio. Euro", "2000000-2500000 EUR"),
        responsible=plan.stated("Bauamt"),
        status=plan.stated("in Bau"),
    )
    plan.add(
        Measure,
        "Blühwiesen anlegen",
        "15.5/semantic environment/semantic topic:nature-environment/semantic",
        goal_ids=(species.id,),
        topic_id=climate.id,
        area_ids=(everywhere.id,),
        bundle=True,
        responsible=plan.stated("Bauamt"),
        confidence=0.7,
    )
    plan.total("Ziele", "4", 4, 4)
    plan.total("Maßnahmen", "5", 5, 3)
    return plan


def _torgau_before() -> Example:
    plan = Example("14730310", "INSEK Torgau (Beispiel, alt)", edition="2013", horizon="2025")
    traffic = plan.add(Topic, "Verkehr", "topic:mobility/lexical")
    plan.add(Goal, "Sichere Wege für alle", "11.2/semantic", topic_id=traffic.id)
    plan.add(Goal, "Ausbau der Umgehungsstraße", topic_id=traffic.id)
    return plan


def _herzberg() -> Example:
    plan = Example("12062224", "INSEK Herzberg (Beispiel)", edition="2024")
    centre = plan.add(Topic, "Mittelzentrum", "topic:regional-cooperation/semantic")
    villages = plan.add(PlanningArea, "Ortsteile")
    goal = plan.add(Goal, "Die Stadt ist gut erreichbar", "11.2/semantic", topic_id=centre.id)
    ride = plan.add(
        Measure,
        "Mitfahrbänke in den Ortsteilen",
        "11.2/human/confirmed mobility/semantic topic:mobility/semantic",
        goal_ids=(goal.id,),
        topic_id=centre.id,
        area_ids=(villages.id,),
        number="6.1",
    )
    plan.add(
        Measure,
        "Netzwerk für Bildung",
        "4.7/semantic people/lexical leipzig:just/semantic topic:education/lexical",
        number="6.2",
    )
    plan.change(ride, "label", "Mitfahrbanke in den Ortsteilen", "Mitfahrbänke in den Ortsteilen")
    plan.change(ride, "link", "unreviewed", "confirmed", concept("11.2").iri)
    return plan


def _ulm() -> Example:
    plan = Example("08421000", "Smart-City-Strategie Ulm (Beispiel)", edition="2021")
    energy = plan.add(Topic, "Energie", "topic:energy/lexical")
    goal = plan.add(
        Goal, "Weniger Strom verbrauchen", "7.3/semantic 13/semantic leipzig:green/semantic", topic_id=energy.id
    )
    plan.add(
        Measure,
        "Straßenlampen mit Sensoren",
        "7.3/semantic environment/semantic governance/lexical? topic:energy/semantic",
        goal_ids=(goal.id,),
        topic_id=energy.id,
        priority=plan.stated("hoch", "high"),
        responsible=plan.stated("Stadtwerke"),
    )
    plan.add(
        Measure, "Lastenräder zum Leihen", "11.2/semantic mobility/semantic topic:mobility/semantic", topic_id=energy.id
    )
    return plan


def examples() -> tuple[Example, ...]:
    """The four plans."""
    return _torgau(), _torgau_before(), _herzberg(), _ulm()


def graphs() -> list[NamedGraph]:
    """Their named graphs, each with its town."""
    found = []
    for example in examples():
        document, plan, links = example.build()
        own = document_triples(document, plan, links, BASE, example.changes)
        triples = [*own, *municipality_triples(example.town, BASE)]
        found.append(NamedGraph(BASE + iri_path(document.id), triples))
    return found


def trig() -> bytes:
    """The dataset as TriG."""
    quads = [
        ox.Quad(each.subject, each.predicate, each.object, ox.NamedNode(graph.iri))
        for graph in graphs()
        for each in graph.triples
    ]
    return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES) or b""


if __name__ == "__main__":
    FILE.write_bytes(trig())
