"""`insek diff`: what changed from one edition of a plan to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.output import format_option, write_json, write_table

if TYPE_CHECKING:
    from ingest.extract.editions import Pair
    from kg.model import Goal, Measure


@click.command("diff", cls=InsekCommand)
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@format_option("table", "json")
@click.pass_obj
def diff_command(session: Session, before: str, after: str, form: str) -> None:
    """Compare two editions of a plan, named by their documents: kept, changed, dropped, new.

    Example: insek diff document-12ab34cd56ef document-65fe43dc21ba
    """
    from ingest.extract.editions import diff
    from search_app.services.generation import current

    generation = current(session.settings().workspace)
    found = diff(generation.plan(before), generation.plan(after))
    if form == "json":
        groups = {"kept": map(_pair, found.kept), "changed": map(_pair, found.changed)}
        single = {"dropped": map(_item, found.dropped), "new": map(_item, found.new)}
        write_json({name: list(records) for name, records in (groups | single).items()})
        return
    rows = [[speak("kept"), pair.after.label, ""] for pair in found.kept]
    rows += [[speak("changed"), pair.after.label, _changes(pair)] for pair in found.changed]
    rows += [[speak("dropped"), item.label, ""] for item in found.dropped]
    rows += [[speak("new"), item.label, ""] for item in found.new]
    write_table(("Edition", "Title", "Change"), rows)


def _item(item: Goal | Measure) -> dict[str, Any]:
    return {"id": item.id, "number": item.number, "label": item.label}


def _pair(pair: Pair) -> dict[str, Any]:
    changes = [{"field": each.field, "before": each.before, "after": each.after} for each in pair.changes]
    return {"before": _item(pair.before), "after": _item(pair.after), "changes": changes}


def _changes(pair: Pair) -> str:
    return "; ".join(f"{each.field}: {each.before or '–'} → {each.after or '–'}" for each in pair.changes)
