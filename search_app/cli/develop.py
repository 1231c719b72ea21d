"""`insek train` and `insek bench`: what developers run, to rebuild what was learned and to measure speed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from kg.errors import InvalidRequest
from search_app.cli.command import InsekCommand, Session, Translated
from search_app.cli.evaluate import CORPUS
from search_app.cli.language import language_option, speak
from search_app.cli.output import format_option, write_records


class TrainGroup(Translated, click.Group):
    """The group of what can be trained."""


@click.group("train", cls=TrainGroup, params=[language_option()])
def train_command() -> None:
    """Rebuild what was learned from our own labelled texts, with the same result.

    Example: insek train mapping
    """


@train_command.command("mapping", cls=InsekCommand)
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: in place.")
@click.option(
    "--federal",
    "tables",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the federal SDG tables, to learn from their labels anew; default: what is kept of them.",
)
@click.pass_obj
def train_mapping_command(session: Session, output: Path | None, tables: Path | None) -> None:
    """Train the head that links texts to concepts, and its thresholds.

    Example: insek train mapping -o head.npz
    """
    from kg.mapping.training import train
    from search_app.search import encoder

    train(encoder.load(session.settings().encoder, light=True), output, tables)
    click.echo(speak("Trained; 'insek eval mapping' measures it."), err=True)


@click.command("bench", cls=InsekCommand)
@click.argument("name", type=click.Choice(["read", "graph", "sparql", "search", "door", "all"]))
@click.option("--items", default=50_000, show_default=True, help="Number of synthetic items to search.")
@click.option("--plans", default=1000, show_default=True, help="Number of synthetic plans to write as a graph.")
@click.option("--clients", default=50, show_default=True, help="Clients of the load run 'door'.")
@click.option("--seconds", default=60.0, show_default=True, help="Length of the load run 'door'.")
@format_option("table", "json")
@click.pass_obj
def bench_command(session: Session, name: str, items: int, plans: int, clients: int, seconds: float, form: str) -> None:
    """Measure speed against named peers, as ratios in one run; 'door' is a load run on what is published.

    Example: insek bench sparql
    """
    if name == "door":
        _door(session, clients, seconds, form)
        return
    benches: dict[str, Callable[[], None]] = {
        "read": lambda: _read(form),
        "graph": lambda: _graph(plans, form),
        "sparql": lambda: _sparql(form),
        "search": lambda: _search(session, items, form),
    }
    for chosen in benches if name == "all" else [name]:
        benches[chosen]()


def _door(session: Session, clients: int, seconds: float, form: str) -> None:
    from search_app.services import load
    from search_app.services.generation import current

    workspace = session.settings().workspace
    current(workspace)  # raises NotPublished where there is nothing to ask
    found = load.run(workspace, clients=clients, seconds=seconds)
    figures = asdict(found) | {"hostile": ", ".join(f"{status}: {count}" for status, count in found.hostile.items())}
    write_records(
        [{"figure": name, "value": value} for name, value in figures.items()],
        form,
        {"figure": "Figure", "value": "Value"},
    )


def _search(session: Session, items: int, form: str) -> None:
    from search_app.search import encoder
    from search_app.search.bench import as_record, bench_search

    figures = as_record(bench_search(items, encoder.load(session.settings().encoder, light=True)))
    records = [{"figure": name, "value": value} for name, value in figures.items()]
    write_records(records, form, {"figure": "Figure", "value": "Value"})


def _read(form: str) -> None:
    from ingest.bench_reading import bench_processes, bench_reading

    files = sorted((CORPUS / "pdf").glob("*.pdf"))
    if not files:
        raise InvalidRequest("{folder}: no PDF files there to measure on", folder=CORPUS / "pdf")
    records = [
        {
            "reader": speed.reader,
            "pages": speed.pages,
            "per_second": f"{speed.pages_per_second:.1f}",
            "ratio": f"{speed.ratio:.2f}",
            "peer": speed.peer,
        }
        for speed in (*bench_reading(files), *bench_processes(files))
    ]
    columns = {
        "reader": "Reader",
        "pages": "Pages",
        "per_second": "Pages a second",
        "ratio": "Times as fast",
        "peer": "Peer",
    }
    write_records(records, form, columns)


def _graph(plans: int, form: str) -> None:
    from kg.benchmarks import graph

    with tempfile.TemporaryDirectory() as folder:
        triples, row = graph.run(Path(folder), plans)
    record = {"task": f"{row.task} ({triples})", "peer": row.peer, "ratio": f"{row.ratio:.2f}"}
    write_records([record], form, {"task": "Task", "peer": "Peer", "ratio": "Times as fast"})


def _sparql(form: str) -> None:
    from kg.benchmarks import sparql

    with tempfile.TemporaryDirectory() as folder:
        rows = sparql.run(Path(folder))
    records = [
        {
            "task": row.task,
            "ours_ms": f"{row.ours * 1000:.2f}",
            "peer": row.peer,
            "theirs_ms": f"{row.theirs * 1000:.2f}",
            "ratio": f"{row.ratio:.2f}",
        }
        for row in rows
    ]
    columns = {
        "task": "Task",
        "ours_ms": "Ours (ms)",
        "peer": "Peer",
        "theirs_ms": "Theirs (ms)",
        "ratio": "Times as fast",
    }
    write_records(records, form, columns)
