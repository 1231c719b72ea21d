"""Typesets the facts in `facts.toml` into documents as towns publish them: a slide deck, a participation page, tables.

    python examples/render.py [--output DIR]

The documents, and a `sources.toml` that names their towns, are the same bytes on every run. ReportLab sets the deck,
because it places text at exact positions and brings the Vera fonts, which have all German letters, in its package.
"""

from __future__ import annotations

import argparse
import csv
import html
import io
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "facts.toml"
WIDTH, HEIGHT = 960, 540
LEFT, TOP = 50, 78
COLUMNS = ((50, 265), (335, 340), (700, 215))  # left edge and width: goal, focuses, areas
TEXT, LEADING, HEAD = 13, 16.5, 24
GOAL_GAP = 22


class Deck:
    """Slides in the column layout: a heading, and texts at their places."""

    def __init__(self, path: Path, title: str) -> None:
        from reportlab.lib.fonts import addMapping
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        for name, file in (("Vera", "Vera.ttf"), ("VeraBold", "VeraBd.ttf")):
            pdfmetrics.registerFont(TTFont(name, file))
        addMapping("Vera", 1, 0, "VeraBold")
        self._width = pdfmetrics.stringWidth
        self.canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
        self.canvas.setTitle(title)
        self.pages = 0

    def slide(self, heading: str) -> None:
        """Begin a slide."""
        if self.pages:
            self._end()
        self.pages += 1
        self.canvas.setFont("VeraBold", HEAD)
        self.canvas.setFillGray(0.15)
        self.canvas.drawString(LEFT, HEIGHT - 46, heading)
        self.canvas.setStrokeColorRGB(0.2, 0.45, 0.4)
        self.canvas.line(LEFT, HEIGHT - 58, WIDTH - LEFT, HEIGHT - 58)

    def text(self, text: str, x: float, top: float, width: float, bold: bool = False, size: float = TEXT) -> float:
        """Set the text in lines no wider than `width`; the answer is where the next line would stand."""
        font = "VeraBold" if bold else "Vera"
        self.canvas.setFont(font, size)
        for line in self._lines(text, font, size, width):
            top += LEADING * size / TEXT
            self.canvas.drawString(x, HEIGHT - top, line)
        return top

    def height(self, text: str, width: float) -> float:
        """How high the text would stand in lines no wider than `width`."""
        return LEADING * len(self._lines(text, "Vera", TEXT, width))

    def _lines(self, text: str, font: str, size: float, width: float) -> list[str]:
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self._width(longer, font, size) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _end(self) -> None:
        self.canvas.setFont("Vera", 9)
        self.canvas.drawRightString(WIDTH - LEFT, 18, str(self.pages))
        self.canvas.showPage()

    def save(self) -> None:
        """Write the file."""
        self._end()
        self.canvas.save()


def render_deck(facts: dict[str, Any], path: Path) -> None:
    """The deck: title, topics, planning areas, frameworks, counts, then the goals of each topic."""
    deck = Deck(path, facts["title"])
    deck.slide(facts["event"])
    deck.text(facts["title"], LEFT, 180, WIDTH - 2 * LEFT, bold=True, size=30)
    deck.text(f"Stadt {facts['municipality']}", LEFT, 300, WIDTH - 2 * LEFT, size=20)
    deck.text(f"Zeithorizont: {facts['horizon']}", LEFT, 340, WIDTH - 2 * LEFT)
    _list_slide(deck, "INSEK-Themenbereiche", [topic["name"] for topic in facts["topics"]])
    _list_slide(deck, "Plangebiete", [f"{code}: {name}" for code, name in facts["areas"]])
    _list_slide(deck, "Leitorientierung", facts["frameworks"])
    _counts_slide(deck, facts["counts"])
    for topic in facts["topics"]:
        for part in _slides(deck, topic["goals"]):
            _goal_slide(deck, topic["heading"], part)
    deck.save()


def _list_slide(deck: Deck, heading: str, entries: Iterable[str]) -> None:
    deck.slide(heading)
    top = 100.0
    for entry in entries:
        top = deck.text(entry, LEFT, top, WIDTH - 2 * LEFT, size=16) + 18


def _counts_slide(deck: Deck, rows: Sequence[Sequence[str]]) -> None:
    deck.slide("Übersicht bisher abgestimmter Ziele/Maßnahmen")
    edges = (LEFT, 330, 520, 690, WIDTH - LEFT)
    heads = (
        "Fachkonzept",
        "Handlungsorientierte Ziele",
        "Allgemeingültige Maßnahmen",
        "Planungsgebietsspezifische Maßnahmen",
    )
    tops = [TOP, TOP + 46, *(TOP + 46 + 36 * number for number in range(1, len(rows) + 1))]
    for cells, top, bold in zip([heads, *rows], tops, [True] + [False] * len(rows), strict=False):
        for cell, left, right in zip(cells, edges, edges[1:], strict=False):
            deck.text(cell, left + 8, top + 3, right - left - 12, bold=bold, size=12)
    for top in tops:
        deck.canvas.line(edges[0], HEIGHT - top, edges[-1], HEIGHT - top)
    for edge in edges:
        deck.canvas.line(edge, HEIGHT - tops[0], edge, HEIGHT - tops[-1])


def _goal_height(deck: Deck, goal: dict[str, Any]) -> float:
    return max(deck.height(text, width - 6) for text, (_, width) in zip(_columns(goal), COLUMNS, strict=True))


def _slides(deck: Deck, goals: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """At most three goals a slide, fewer where they would not fit."""
    slides: list[list[dict[str, Any]]] = [[]]
    room = 0.0
    for goal in goals:
        height = _goal_height(deck, goal) + GOAL_GAP
        if slides[-1] and (len(slides[-1]) == 3 or room + height > HEIGHT - TOP - 40):
            slides.append([])
            room = 0.0
        slides[-1].append(goal)
        room += height
    return slides


def _columns(goal: dict[str, Any]) -> tuple[str, str, str]:
    focuses = "; ".join(goal["focuses"])
    return f"{goal['number']}. {goal['title']}", f"u. a. {focuses}" if focuses else "", "; ".join(goal["areas"])


def _goal_slide(deck: Deck, heading: str, goals: Iterable[dict[str, Any]]) -> None:
    deck.slide(heading)
    top = float(TOP)
    for goal in goals:
        for place, (text, (left, width)) in enumerate(zip(_columns(goal), COLUMNS, strict=True)):
            if text:
                deck.text(text, left, top, width - 6, bold=place == 0)
        top += _goal_height(deck, goal) + GOAL_GAP


def render_page(facts: dict[str, Any], path: Path) -> None:
    """The participation page: one chapter of a text under review, with a paragraph for each measure."""
    paragraphs = "\n".join(_paragraph(number, measure) for number, measure in enumerate(facts["measures"], start=1))
    title, chapter = html.escape(facts["title"]), html.escape(facts["chapter"])
    section = html.escape(f"{facts['section']} der Stadt {facts['municipality']}")
    path.write_text(
        f"""<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8"><title>{chapter} – {title} – {html.escape(facts["municipality"])}</title></head>
<body>
<a class="skip-link" href="#content">Zum Inhalt springen</a>
<header><nav><a href="/">Startseite</a> <a href="/projekte/">Projekte</a></nav></header>
<main id="content">
<div class="project-header"><h1>{title}</h1><p>{section}</p></div>
<nav class="doc-toc"><ol><li><a class="doc-toc__link active" href="/text/chapters/1/">{chapter}</a></li></ol></nav>
<div class="chapter">
<h2 class="chapter-title">{chapter}</h2>
{paragraphs}
</div>
<div class="l-bottom-overlap"><span class="btn btn--light is-disabled">Voriges Kapitel</span></div>
</main>
<footer><p>Impressum · Datenschutz</p></footer>
</body>
</html>
""",
        encoding="utf-8",
    )


def _paragraph(number: int, measure: dict[str, str]) -> str:
    heading = html.escape(f"{measure['number']} {measure['title']}", quote=False)
    return f"""<section class="paragraph" id="paragraph-1-{number}">
<div class="paragraph__content"><h3 class="paragraph__title">{heading}</h3>
<div class="ck-content"><p>{html.escape(measure["description"], quote=False)}</p></div></div>
<div class="paragraph__actions"><a class="btn" href="/text/paragraphs/{number}/">0 Kommentare</a></div>
</section>"""


def render_table(facts: dict[str, Any], path: Path) -> None:
    """The table of measures, as a spreadsheet exports it in Germany: semicolons, UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(facts["headers"])
    writer.writerows(facts["rows"])
    path.write_text(text.getvalue(), encoding="utf-8")


def render(output: Path) -> list[Path]:
    """All documents and their `sources.toml` in the folder `output`."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    output.mkdir(parents=True, exist_ok=True)
    written, listing = [], []
    for kind, renderer in (("deck", render_deck), ("page", render_page), ("table", render_table)):
        for entry in facts[kind]:
            renderer(entry, output / entry["file"])
            written.append(output / entry["file"])
            keys = {"path": entry["file"], "municipality": entry["municipality"], "title": entry["title"]}
            listing.append("\n".join(["[[source]]", *(f'{key} = "{value}"' for key, value in keys.items()), ""]))
    (output / "sources.toml").write_text("\n".join(listing), encoding="utf-8")
    return written


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Typeset the example documents.")
    parser.add_argument("--output", type=Path, default=FACTS.parent / "documents", metavar="DIR")
    for path in render(parser.parse_args().output):
        print(path)


if __name__ == "__main__":
    main()
