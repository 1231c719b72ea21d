"""What was fetched from an address can be shown like a file: its pages as images."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.sources import SourceRequest
from kg.settings import Settings
from search_app.app import create_app
from search_app.services.build import build
from search_app.services.progress import Silent
from search_app.services.serving import LatestServices, open_services


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def address(tmp_path: Path, plan_file: Path) -> Iterator[str]:
    folder = tmp_path / "www"
    folder.mkdir()
    canvas = Canvas(str(folder / "plan.pdf"))
    for place, line in enumerate(plan_file.read_text(encoding="utf-8").splitlines()):
        canvas.drawString(60, 780 - 14 * place, line[:90])
    canvas.save()
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/plan.pdf"
        server.shutdown()


def test_the_pages_of_a_fetched_plan_can_be_shown(tmp_path: Path, address: str) -> None:
    settings = Settings(workspace=tmp_path / "workspace", encoder="dummy", fetch_private=True)
    report = build([SourceRequest(address)], settings, Silent())
    assert report.generation is not None
    document = report.generation.manifest.documents[0]
    services = open_services(settings)
    original = services.original(document.document_id)
    assert original is not None
    assert original.suffix == ".pdf"
    client = create_app(LatestServices(settings), settings).test_client()
    path = f"/id/document/{document.document_id.partition('-')[2]}/page/1.png"
    assert path in client.get(f"/id/document/{document.document_id.partition('-')[2]}").text
    assert client.get(path).data.startswith(b"\x89PNG")
    original.write_bytes(b"changed")
    assert services.original(document.document_id) is None
