"""`insek build` and `insek remove`: what is published changes here and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import InvalidRequest
from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.output import write_table
from search_app.cli.progress import Bar

if TYPE_CHECKING:
    from ingest.outcome import Issue
    from search_app.services.build import BuildReport
    from search_app.services.reading import SourceReport

_ALL, _NONE, _SOME = 0, 1, 3
_FAILED = "failed"


@click.command("build", cls=InsekCommand)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--sources", "listing", type=click.Path(path_type=Path), help="List of sources with their towns (TOML).")
@click.option("--municipality", help="Town of the sources: name or AGS; default: as the documents say.")
@click.option("--title", help="Title of the plan; default: as the document says.")
@click.option("--jobs", type=click.IntRange(1), help="Processes that read side by side.")
@click.option("--engine", help="What runs the work: local (this machine), or a Dask scheduler, dask://host:port.")
@click.option("--encoder", help="Sentence encoder; see 'insek settings'.")
@click.pass_obj
def build_command(
    session: Session,
    sources: tuple[str, ...],
    listing: Path | None,
    municipality: str | None,
    title: str | None,
    jobs: int | None,
    engine: str | None,
    encoder: str | None,
) -> None:
    """Read files, folders or addresses, extract goals and measures, and publish them.

    Sources are added to what is published; a source read before is replaced. Exit code 0: all published, 3: some
    failed, 1: nothing published.

    Example: insek build plans/ website.html --municipality "Herzberg (Elster)"
    """
    from ingest.bounded import prepare
    from ingest.sources import expand, read_sources

    requests = [*(read_sources(listing) if listing else []), *expand(sources, municipality, title)]
    if not requests:
        raise InvalidRequest("no source given; name files, folders or addresses, or --sources FILE.toml")
    settings = session.settings(jobs=jobs, engine=engine, encoder=encoder)
    if not settings.cluster:
        prepare()
    from search_app.services.build import build

    report = build(requests, settings, Bar())
    print_report(report)
    sys.exit(exit_code(report))


@click.command("remove", cls=InsekCommand)
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.pass_obj
def remove_command(session: Session, documents: tuple[str, ...]) -> None:
    """Take documents out of what is published.

    Example: insek remove document-12ab34cd56ef
    """
    from search_app.services.build import remove

    report = remove(documents, session.settings(), Bar())
    left = len(report.generation.manifest.documents) if report.generation else 0
    click.echo(speak("{count} documents are published now.").format(count=left), err=True)


def exit_code(report: BuildReport) -> int:
    """0 when all sources are published, 3 when some are, 1 when none is."""
    failed = [source for source in report.sources if source.status == _FAILED]
    if not failed:
        return _ALL
    return _NONE if len(failed) == len(report.sources) else _SOME


def print_report(report: BuildReport) -> None:
    """Prints a table with a line per source, its remarks below, and failures on stderr."""
    headings = ("Source", "Status", "Town", "Pages", "Topics", "Areas", "Goals", "Measures", "Remarks")
    write_table(headings, map(_row, report.sources))
    for source in report.sources:
        _print_remarks(source)
    _print_lost(report)
    if report.generation:
        manifest = report.generation.manifest
        told = "{documents} documents, {triples} triples published as generation {id}."
        unchanged = "Nothing is new; generation {id} with {documents} documents and {triples} triples serves on."
        text = speak(told if report.changed else unchanged)
        click.echo(text.format(documents=len(manifest.documents), triples=manifest.triples, id=manifest.id))
    else:
        click.echo(speak("Nothing is published."), err=True)


def _row(source: SourceReport) -> list[str]:
    found = source.published
    counts = [found.pages, found.topics, found.areas, found.goals, found.measures] if found else [""] * 5
    town = found.municipality_name if found else ""
    return [_name(source.location), speak(source.status.value), town, *map(str, counts), str(len(source.issues) or "")]


def _name(location: str) -> str:
    """The file with its folder, by which many files of one name are told apart; an address as it is."""
    return location if "://" in location else "/".join(Path(location).parts[-2:])


def _print_remarks(source: SourceReport) -> None:
    failed = source.status == _FAILED
    for issue, count in _counted(source.issues):
        text = speak(issue.template).format(**dict(issue.params))
        place = "" if source.location in text else f"{_name(source.location)}: "
        page = f" ({speak('page')} {issue.page})" if issue.page else ""
        more = f" (× {count})" if count > 1 else ""
        prefix = "insek: " if failed else "  "
        click.echo(f"{prefix}{place}{text}{page}{more}", err=True)


def _counted(issues: Iterable[Issue]) -> list[tuple[Issue, int]]:
    """Issues that say the same of several pages become one, with their number."""
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.template, issue.params), []).append(issue)
    return [(group[0], len(group)) for group in groups.values()]


@click.command("correct", cls=InsekCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--author", required=True, help="Who corrects; kept with each correction.")
@click.pass_obj
def correct_command(session: Session, file: Path, author: str) -> None:
    """Take over corrections from an edited table of items, and publish them.

    Write the table with 'insek items --format csv', edit cells, or put "yes" into a column named dropped. What is
    corrected survives rebuilding and wins over extraction.

    Example: insek correct ziele.csv --author "Stadtplanungsamt Torgau"
    """
    from search_app.services.build import correct

    count, report = correct(file, author, session.settings(), Bar())
    click.echo(speak("{count} values corrected by {author}.").format(count=count, author=author), err=True)
    _print_lost(report)


def _print_lost(report: BuildReport) -> None:
    for issue in report.remarks:
        click.echo(f"  {speak(issue.template).format(**dict(issue.params))}", err=True)
