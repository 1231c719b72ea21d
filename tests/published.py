"""A small published generation for the tests of the web app: real catalogue, index, store and PDF, dummy encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from kg import municipalities
from kg.ids import make_id
from kg.model import (
    PLAN_KINDS,
    Alignment,
    Box,
    Document,
    Entry,
    Evidence,
    Goal,
    Kind,
    LinkMethod,
    Measure,
    Page,
    Plan,
    PlanningArea,
    Reading,
    Scheme,
    Source,
    Span,
    Stated,
    StatedTotal,
    Topic,
    item_text,
)
from kg.serial import to_json
from kg.settings import Settings
from search_app.search import catalog_file, index
from search_app.search.encoder import load
from search_app.services.generation import Manifest, Published

SDG = "http://metadata.un.org/sdg/"
TOKEN = "a token that nobody guesses"
HOSTILE = "<script>alert('x')</script> {{ 7 * 7 }} {% raw %} & \"Gänsefüßchen\""


@dataclass
class PlanText:
    """A plan being written down: its pages grow as items are added, so that every quote stands where it says."""

    name: str
    title: str
    path: Path
    items: list[tuple[Kind, object, tuple[Alignment, ...]]] = field(default_factory=list)
    pages: list[str] = field(default_factory=lambda: [""])
    boxes: bool = False

    def __post_init__(self) -> None:
        self.town = municipalities.load().find(self.name)
        self.document_id = make_id("document", self.name)
        self.plan_id = make_id("plan", self.document_id)

    def say(self, quote: str) -> Evidence:
        """Appends a line to the last page and returns the evidence for it."""
        start = len(self.pages[-1])
        line = self.pages[-1].count("\n")
        self.pages[-1] += f"{quote}\n"
        top = 60.0 + 24 * line
        box = Box(56.0, top, 540.0, top + 18) if self.boxes else None
        return Evidence(self.document_id, len(self.pages), start, start + len(quote), quote, box)

    def add(self, kind: Kind, label: str, *links: tuple[str, str], description: str = "", **fields: object) -> str:
        """Adds an item with its evidence, linked to SDG codes; gives its id."""
        identifier = make_id(kind.value, self.plan_id, label, str(fields.get("number")))
        evidence = [self.say(label)]
        if description:
            evidence.append(self.say(description))
        classes = {Kind.TOPIC: Topic, Kind.AREA: PlanningArea, Kind.GOAL: Goal, Kind.MEASURE: Measure}
        item = classes[kind](
            id=identifier,
            plan_id=self.plan_id,
            label=label,
            description=description,
            evidence=tuple(evidence),
            method="test@1",
            confidence=0.9,
            **fields,
        )
        text = item_text(item)
        alignments = tuple(_link(identifier, code, word, text) for code, word in links)
        self.items.append((kind, item, alignments))
        return identifier

    def source(self) -> Source:
        data = self.path.read_bytes()
        kind = "application/pdf" if self.path.suffix == ".pdf" else "text/plain"
        digest = hashlib.sha256(data).hexdigest()
        return Source(self.document_id, self.town.ags, self.title, str(self.path), kind, digest, "2026-11-01T08:00:00Z")

    def document(self) -> Document:
        size = A4 if self.boxes else (None, None)
        reading = Reading.BORN_DIGITAL if self.items else Reading.NOT_READ
        pages = tuple(Page(number, text, *size, reading) for number, text in enumerate(self.pages, start=1))
        return Document(self.document_id, self.source(), "de", pages, ())

    def plan(self) -> Plan:
        groups = {kind: tuple(item for found, item, _ in self.items if found is kind) for kind in Kind}
        total = StatedTotal("Ziele", "goals", "5", 5, found=len(groups[Kind.GOAL]))
        return Plan(
            self.plan_id,
            self.town.ags,
            self.title,
            (self.document_id,),
            groups[Kind.TOPIC],
            groups[Kind.AREA],
            groups[Kind.GOAL],
            groups[Kind.MEASURE],
            totals=(total,) if self.boxes else (),
            horizon="2035",
        )

    def entries(self) -> Iterator[Entry]:
        order = list(Kind)
        for kind, item, alignments in sorted(self.items, key=lambda one: order.index(one[0])):
            yield Entry(item, kind, self.town, self.title, self.document_id, alignments)


def _link(identifier: str, code: str, word: str, text: str) -> Alignment:
    scheme = Scheme.SDG_TARGET if "." in code else Scheme.SDG
    start = text.find(word)
    spans = (Span(start, start + len(word), word),) if start >= 0 else ()
    accepted = start >= 0
    confidence = 0.93 if accepted else 0.31
    return Alignment(identifier, SDG + code, scheme, code, LinkMethod.LEXICAL, "1", confidence, accepted, spans)


def _torgau(folder: Path) -> PlanText:
    plan = PlanText("Torgau", "INSEK Torgau 2035", folder / "torgau.pdf", boxes=True)
    nature = plan.add(Kind.TOPIC, "Umwelt und Klimaschutz")
    traffic = plan.add(Kind.TOPIC, "Verkehr")
    old_town = plan.add(Kind.AREA, "Altstadt", number="PG I")
    diversity = plan.add(
        Kind.GOAL,
        "Förderung der Arten- und Biotopvielfalt",
        ("15", "Artenvielfalt"),
        ("15.5", "Biotopvielfalt"),
        description="Mehr Artenvielfalt auf städtischen Grünflächen",
        number="1",
        topic_id=nature,
        area_ids=(old_town,),
    )
    plan.add(
        Kind.MEASURE, "Blühwiesen für Bienen anlegen", ("15", "Blühwiesen"), goal_ids=(diversity,), topic_id=nature
    )
    plan.pages.append("")
    cycling = plan.add(
        Kind.GOAL, "Ausbau des Radverkehrs", ("11", "Radverkehrs"), ("11.2", "Radverkehrs"), topic_id=traffic
    )
    plan.add(
        Kind.MEASURE,
        "Radverkehrskonzept erarbeiten",
        ("11.2", "Radverkehrskonzept"),
        ("13", "nirgends"),
        goal_ids=(cycling,),
        topic_id=traffic,
        number="V 1",
        cost=Stated("120.000 €"),
        period=Stated("2026 bis 2028"),
        responsible=Stated("Bauamt"),
        partners=(Stated("Landkreis"), Stated("ADFC")),
        status=Stated("in Umsetzung"),
    )
    return plan


def _herzberg(folder: Path) -> PlanText:
    plan = PlanText("Herzberg (Elster)", "INSEK Herzberg 2040", folder / "herzberg.txt")
    plan.add(
        Kind.MEASURE, "Radwege ausbauen", ("11", "Radwege"), ("11.2", "Radwege"), number="6.1", status=Stated("geplant")
    )
    plan.add(
        Kind.MEASURE,
        "Netzwerk Bildung aufbauen",
        ("4", "Bildung"),
        number="6.2",
        description="Schulen und Kitas arbeiten zusammen, damit alle Kinder gut lernen.",
    )
    plan.add(Kind.MEASURE, HOSTILE, number="6.3")
    return plan


def _unread(folder: Path) -> PlanText:
    return PlanText("Nordstemmen", "Beschlussvorlage Radverkehr", folder / "scan.txt")


def _typeset(plan: PlanText) -> None:
    if plan.path.suffix != ".pdf":
        plan.path.write_text("\f".join(plan.pages), encoding="utf-8")
        return
    drawing = canvas.Canvas(str(plan.path), pagesize=A4, invariant=1)
    for text in plan.pages:
        for line, row in enumerate(text.splitlines()):
            drawing.drawString(60, A4[1] - 74 - 24 * line, row)
        drawing.showPage()
    drawing.save()


def publish(workspace: Path) -> Settings:
    """Publishes the three plans in this workspace and returns the settings to serve it with."""
    settings = Settings(workspace=workspace, encoder="dummy")
    folder = workspace / "sources"
    folder.mkdir(parents=True)
    plans = [_torgau(folder), _herzberg(folder), _unread(folder)]
    for plan in plans:
        _typeset(plan)
    directory = workspace / "generations" / "20261101T080000Z-0"
    for name in ("documents", "plans", "extracted"):
        (directory / name).mkdir(parents=True)
    for plan in plans:
        (directory / "documents" / f"{plan.document_id}.json").write_bytes(to_json(plan.document()))
        (directory / "plans" / f"{plan.document_id}.json").write_bytes(to_json(plan.plan()))
        (directory / "extracted" / f"{plan.document_id}.json").write_bytes(to_json(plan.plan()))
    entries = [entry for plan in plans for entry in plan.entries()]
    catalog_file.write(
        directory,
        entries,
        plans=[plan.plan() for plan in plans],
        documents=[plan.document() for plan in plans],
        municipalities=[plan.town for plan in plans],
    )
    index.build(directory, entries, load("dummy"))
    _write_store(directory, plans, entries, settings)
    manifest = Manifest(
        directory.name, "2026-11-01T08:00:00+00:00", "test", "test", settings.base_iri, "dummy", 0,
        tuple(_published(plan) for plan in plans),
    )  # fmt: skip
    (directory / "manifest.json").write_bytes(to_json(manifest))
    (workspace / "current").symlink_to(directory.relative_to(workspace))
    return settings


def _published(plan: PlanText) -> Published:
    source = plan.source()
    counts = [sum(found is kind for found, _, _ in plan.items) for kind in PLAN_KINDS]
    return Published(
        plan.document_id, plan.plan_id, source.location, source.title, plan.town.ags, plan.town.name, source.sha256,
        "test", len(plan.pages), *counts,
    )  # fmt: skip


def _write_store(directory: Path, plans: list[PlanText], entries: list[Entry], settings: Settings) -> None:
    from kg.store import oxigraph
    from kg.to_rdf import document_graph

    graphs = [
        document_graph(
            plan.document(),
            plan.plan(),
            [link for entry in plan.entries() for link in entry.alignments],
            plan.town,
            settings.base_iri,
        )
        for plan in plans
    ]
    oxigraph.write(directory / "store", graphs)
