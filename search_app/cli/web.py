"""`insek serve` and `insek demo`: the web app on what is published."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import EngineError
from search_app.cli.build import exit_code, print_report
from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.progress import Bar

if TYPE_CHECKING:
    from kg.settings import Settings

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@click.command("serve", cls=InsekCommand)
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.pass_obj
def serve_command(session: Session, host: str | None, port: int | None) -> None:
    """Serve the web app, the JSON API and the SPARQL endpoint.

    Example: insek serve --port 8000
    """
    _serve(session.settings(host=host, port=port))


@click.command("demo", cls=InsekCommand)
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--no-serve", is_flag=True, help="Build only.")
@click.pass_obj
def demo_command(session: Session, port: int | None, no_serve: bool) -> None:
    """Typeset the example documents, build the graph and the index from them, and serve them.

    Example: insek demo --port 8000
    """
    from ingest.sources import expand
    from search_app.services.build import build

    settings = session.settings(port=port)
    folder = _render(settings.workspace)
    report = build(expand([str(folder)]), settings, Bar())
    print_report(report)
    if code := exit_code(report):
        sys.exit(code)
    if not no_serve:
        _serve(settings)


def _render(workspace: Path) -> Path:
    """Typesets the examples of this checkout into the workspace."""
    import runpy

    script = _EXAMPLES / "render.py"
    if not script.is_file():
        raise EngineError("{path}: the examples are part of a checkout of the project; clone it", path=script)
    folder = workspace / "examples"
    render = runpy.run_path(str(script))["render"]
    render(folder)
    return folder


def _serve(settings: Settings) -> None:
    from search_app.services.server import serve

    shown = "localhost" if settings.host == "127.0.0.1" else settings.host
    click.echo(
        speak("Serving on http://{host}:{port}/ – stop with Ctrl+C").format(host=shown, port=settings.port), err=True
    )
    serve(settings)
