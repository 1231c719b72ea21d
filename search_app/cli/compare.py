"""`insek compare` and `clusters`: plans side by side."""

from __future__ import annotations

import click

from search_app.cli.command import InsekCommand, Session
from search_app.cli.output import Record, format_option, write_json, write_records


@click.command("compare", cls=InsekCommand)
@click.argument("towns", nargs=-1, required=True, metavar="TOWN…")
@format_option("table", "json")
@click.pass_obj
def compare_command(session: Session, towns: tuple[str, ...], form: str) -> None:
    """Compare two towns: what they share, what only one plans, and how often each concept occurs.

    One town is compared with the average of its size class, more than two by their shares per concept.

    Example: insek compare Torgau "Herzberg (Elster)"
    """
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    if len(towns) == 2:
        _write_comparison(records.comparison_record(services.compare(*towns), session.language), form)
        return
    record = records.shares_record(services.catalog, [services.town(name) for name in towns], session.language)
    if form == "json":
        write_json(record)
        return
    columns = {"label": "Concept"} | {town["ags"]: town["name"] for town in record["towns"]}
    names = {"average": "Size class"} if len(towns) == 1 else {}
    rows = [
        {"label": row["label"]} | {name: _share(cell) for name, cell in row["cells"].items()}
        for row in record["matrix"]
    ]
    write_records(rows, form, columns | names)


def _share(cell: Record) -> str:
    return f"{100 * cell['share']:.0f} %" if cell["coverage"] in ("planned", "not-mentioned") else "–"


def _write_comparison(record: Record, form: str) -> None:
    if form == "json":
        write_json(record)
        return
    pairs = [
        {"a": pair["a"]["label"], "b": pair["b"]["label"], "score": f"{pair['score']:.2f}"} for pair in record["pairs"]
    ]
    write_records(pairs, form, {"a": record["a"]["name"], "b": record["b"]["name"], "score": "Likeness"})
    for side in ("a", "b"):
        only = [{"label": item["label"], "id": item["id"]} for item in record[f"only_{side}"]]
        write_records(only, form, {"label": f"{record[side]['name']} ▸", "id": "Id"})


@click.command("clusters", cls=InsekCommand)
@format_option("table", "json")
@click.pass_obj
def clusters_command(session: Session, form: str) -> None:
    """Group the towns whose plans set like weights, with the topics that set each group apart.

    Example: insek clusters
    """
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    found = [records.cluster_record(cluster, session.language) for cluster in services.clusters]
    if form == "json":
        write_json({"clusters": found})
        return
    rows = [
        {name: ", ".join(part[label] for part in one[name]) for name, label in (("towns", "name"), ("topics", "label"))}
        for one in found
    ]
    write_records(rows, form, {"towns": "Towns", "topics": "Topics above average"})
