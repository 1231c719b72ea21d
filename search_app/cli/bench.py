"""`insek bench`: speed against named peers, as ratios in one run, and how everything grows with the number of towns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import InvalidRequest
from search_app.cli.command import InsekCommand, Session, Translated
from search_app.cli.evaluate import CORPUS
from search_app.cli.language import language_option, speak
from search_app.cli.output import format_option, write_records

if TYPE_CHECKING:
    from search_app.services.scale import Growth


class BenchGroup(Translated, click.Group):
    """The group of what can be measured."""


@click.group("bench", cls=BenchGroup, params=[language_option()])
def bench_command() -> None:
    """Measure speed against named peers, as ratios in one run, and growth with the number of towns.

    Example: insek bench sparql
    """


@bench_command.command("read", cls=InsekCommand)
@format_option("table", "json")
@click.pass_obj
def read_command(session: Session, form: str) -> None:
    """Measure how many pages of PDF are read in a second.

    Example: insek bench read
    """
    del session
    _read(form)


@bench_command.command("graph", cls=InsekCommand)
@click.option("--plans", default=1000, show_default=True, help="Number of synthetic plans to write as a graph.")
@format_option("table", "json")
@click.pass_obj
def graph_command(session: Session, plans: int, form: str) -> None:
    """Measure how fast plans are written as a graph.

    Example: insek bench graph --plans 100
    """
    del session
    _graph(plans, form)


@bench_command.command("sparql", cls=InsekCommand)
@format_option("table", "json")
@click.pass_obj
def sparql_command(session: Session, form: str) -> None:
    """Measure what the door in front of SPARQL costs.

    Example: insek bench sparql
    """
    del session
    _sparql(form)


@bench_command.command("search", cls=InsekCommand)
@click.option("--items", default=50_000, show_default=True, help="Number of synthetic items to search.")
@click.option("--peer-items", default=100_000, show_default=True, help="Most items that txtai is compared over.")
@format_option("table", "json")
@click.pass_obj
def search_command(session: Session, items: int, peer_items: int, form: str) -> None:
    """Measure building, opening and asking an index.

    Example: insek bench search --items 1000000
    """
    _search(session, items, peer_items, form)


@bench_command.command("door", cls=InsekCommand)
@click.option("--clients", default=50, show_default=True, help="Clients of the load run 'door'.")
@click.option("--seconds", default=60.0, show_default=True, help="Length of the load run 'door'.")
@format_option("table", "json")
@click.pass_obj
def door_command(session: Session, clients: int, seconds: float, form: str) -> None:
    """Load what is published with many clients, some of them hostile.

    Example: insek bench door --clients 50
    """
    _door(session, clients, seconds, form)


@bench_command.command("encode", cls=InsekCommand)
@click.option("--texts", default=256, show_default=True, help="Number of texts to encode.")
@format_option("table", "json")
@click.pass_obj
def encode_command(session: Session, texts: int, form: str) -> None:
    """Measure how many texts are encoded in a second.

    Example: insek bench encode
    """
    from search_app.services.encoding import bench_encoding

    del session
    columns = {"way": "Way", "per_second": "Texts a second", "ratio": "Times as fast", "cosine": "Least cosine"}
    write_records([asdict(speed) for speed in bench_encoding(texts)], form, columns)


@bench_command.command("all", cls=InsekCommand)
@format_option("table", "json")
@click.pass_obj
def all_command(session: Session, form: str) -> None:
    """Measure all that is compared with peers.

    Example: insek bench all
    """
    benches: tuple[Callable[[], None], ...] = (
        lambda: _read(form),
        lambda: _graph(1000, form),
        lambda: _sparql(form),
        lambda: _search(session, 50_000, 50_000, form),
    )
    for bench in benches:
        bench()


@bench_command.command("make-corpus", cls=InsekCommand)
@click.option("--towns", default=10, show_default=True, type=click.IntRange(1), help="Number of towns.")
@click.option("--measures", default=460, show_default=True, type=click.IntRange(1), help="Measures of each town.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same plans.")
@click.option("-o", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write.")
@click.pass_obj
def make_corpus_command(session: Session, towns: int, measures: int, seed: int, folder: Path) -> None:
    """Write made-up plans of towns, to measure growth with; build them with their sources.toml.

    Example: insek bench make-corpus --towns 100 -o plans
    """
    from kg.benchmarks import corpus

    del session
    size = corpus.write(folder, towns, measures, seed)
    told = speak("{towns} plans written into {folder}, {megabytes:.1f} MB.")
    click.echo(told.format(towns=towns, folder=folder, megabytes=size / 1e6), err=True)


@bench_command.command("scale", cls=InsekCommand)
@click.option("--towns", default="10,100,1000", show_default=True, help="Numbers of towns, separated by commas.")
@click.option("--measures", default=460, show_default=True, type=click.IntRange(1), help="Measures of each town.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="SVG file to draw; needs matplotlib.")
@format_option("table", "json")
@click.pass_obj
def scale_command(session: Session, towns: str, measures: int, plot: Path | None, form: str) -> None:
    """Build made-up plans of growing numbers of towns, and ask ten typical questions.

    The encoder is the one without a model, unless the setting names another.

    Example: insek bench scale --towns 10,100 --measures 46 --plot docs/scale.svg
    """
    from search_app.services import scale

    sizes = [int(number) for number in towns.split(",") if number.strip().isdigit()]
    if not sizes:
        raise InvalidRequest("--towns {value}: give numbers separated by commas, such as 10,100", value=towns)
    settings = session.settings()
    chosen = session.settings(encoder="dummy") if settings.encoder.startswith("builtin:") else settings
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for growth in scale.measure(Path(folder), sizes, measures, chosen):
            click.echo(f"{growth.towns}: {growth.build_seconds} s", err=True)
            found.append(growth)
    if plot:
        scale.draw(found, plot)
    records = [_record(growth) for growth in found]
    if form == "json":
        write_records(records, form, {})
        return
    heads = {"figure": "Figure"} | {str(growth.towns): str(growth.towns) for growth in found}
    rows = ({"figure": name} | {str(one["towns"]): one[name] for one in records} for name in records[0])
    write_records(rows, form, heads)


def _record(growth: Growth) -> dict[str, object]:
    figures = asdict(growth)
    stages, milliseconds = figures.pop("stages"), figures.pop("milliseconds")
    return (
        figures
        | {f"{name} (s)": seconds for name, seconds in stages.items()}
        | {f"{name} (items/s)": round(growth.items / seconds, 1) for name, seconds in stages.items() if seconds}
        | {f"{name} (ms)": taken for name, taken in milliseconds.items()}
    )


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


def _search(session: Session, items: int, peer_items: int, form: str) -> None:
    from search_app.search import encoder
    from search_app.search.bench import bench_search

    records = []
    for name, value in bench_search(items, encoder.load(session.settings().encoder, light=True), peer_items):
        click.echo(f"{name}: {value}", err=True)
        records.append({"figure": name, "value": value})
    write_records(records, form, {"figure": "Figure", "value": "Value"})


def _read(form: str) -> None:
    from ingest.bench_reading import bench_reading
    from search_app.services.side_by_side import bench_processes

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
