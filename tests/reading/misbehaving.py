"""A real server on loopback that answers well under some paths and badly under others."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = "<html><body><main><h1>Ziele</h1><p>Mehr Grün in der Stadt</p></main></body></html>".encode()


class Handler(BaseHTTPRequestHandler):
    """Every path is one way to behave."""

    pages: dict[str, tuple[str, bytes]]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        getattr(self, f"_{self.path.strip('/').split('/')[0].split('.')[0]}", self._page)()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _page(self) -> None:
        if self.path in self.pages:
            kind, body = self.pages[self.path]
            self._send(200, body, Content_Type=kind)
        else:
            self._send(404)

    def _robots(self) -> None:
        self._send(200, b"User-agent: *\nDisallow: /forbidden\n", Content_Type="text/plain")

    def _good(self) -> None:
        if self.headers.get("If-None-Match") == '"one"':
            self._send(304)
        else:
            self._send(200, PAGE, Content_Type="text/html", ETag='"one"')

    def _zipped(self) -> None:
        self._send(200, gzip.compress(PAGE), Content_Type="text/html", Content_Encoding="gzip")

    def _bomb(self) -> None:
        self._send(200, gzip.compress(b"0" * 5_000_000, 1), Content_Type="text/html", Content_Encoding="gzip")

    def _slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def _loop(self) -> None:
        self._send(302, Location="/loop")

    def _away(self) -> None:
        self._send(302, Location="file:///etc/passwd")

    def _error(self) -> None:
        self._send(500, b"no")

    def _film(self) -> None:
        self._send(200, b"\0\0\0\x18ftypmp42", Content_Type="video/mp4")

    def _nothing(self) -> None:
        self._send(200)

    def _rubbish(self) -> None:
        self.wfile.write(b"\x00\x01 this is not http\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what these tests are about."""


@contextmanager
def serving(pages: dict[str, tuple[str, bytes]] | None = None) -> Iterator[tuple[str, list[str]]]:
    """The server's address, and the list of paths that it was asked for."""
    handler = type("Pages", (Handler,), {"pages": {} if pages is None else pages, "asked": []})
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler.asked
    finally:
        server.shutdown()
        server.server_close()
