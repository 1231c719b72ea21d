"""Fetching by address, safely: only http and https, only public hosts, within limits, kept by ETag."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from ingest.media import PICTURES, READABLE_SUFFIXES
from kg.errors import SourceError
from kg.settings import Settings

AGENT = "insek-graph"
_MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK = 65536
_ROBOTS_BYTES = 500_000
_UNREADABLE = ("image/", "video/", "audio/", "font/")
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/csv": ".csv",
    "application/json": ".json",
    **dict(zip(PICTURES, (".png", ".jpg", ".tif"), strict=True)),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status, headers with lower-case names, body as sent after decompression."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes


def fetch(address: str, folder: Path, settings: Settings) -> Path:
    """The file in `folder` that holds what lies at the address; asked for again only where it has changed.

    Raises SourceError, in one line: for another scheme than http and https, a private or loopback host (unless the
    setting fetch_private allows it), what robots.txt forbids, too many redirects, more than max_source_bytes, more
    than fetch_seconds, an answer that is no success, or a type that nothing reads.
    """
    _parts(address)
    folder.mkdir(parents=True, exist_ok=True)
    note = _note(address, folder)
    known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    kept = folder / str(known.get("file", ""))
    end = monotonic() + settings.fetch_seconds
    headers = {"If-None-Match": known["etag"]} if known.get("etag") and kept.is_file() else {}
    _ask_robots(address, settings, end)
    answer = get(address, settings, end, headers)
    if answer.status == http.client.NOT_MODIFIED and headers:
        return kept
    _check(answer, address)
    path = folder / f"{note.stem}.fetched{_suffix(answer)}"
    path.write_bytes(answer.body)
    note.write_text(json.dumps({"file": path.name, "etag": answer.headers.get("etag")}), encoding="utf-8")
    return path


def fetched(address: str, folder: Path) -> Path | None:
    """The file in `folder` that was fetched from the address, None where there is none; nothing is asked for."""
    note = _note(address, folder)
    if not note.is_file():
        return None
    path = folder / str(json.loads(note.read_text(encoding="utf-8")).get("file", ""))
    return path if path.is_file() else None


def _note(address: str, folder: Path) -> Path:
    """The file that says where the answer of an address is kept, and its ETag."""
    return folder / f"{sha256(address.encode()).hexdigest()[:32]}.json"


def _check(answer: Answer, address: str) -> None:
    if answer.status != http.client.OK:
        raise SourceError("{location}: the server answered {status}", location=address, status=answer.status)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith(_UNREADABLE) and kind not in PICTURES:
        raise SourceError("{location}: is of type {kind}, which nothing reads", location=address, kind=kind)
    if not answer.body:
        raise SourceError("{location}: the server answered with nothing", location=address)


def _suffix(answer: Answer) -> str:
    suffix = Path(urlsplit(answer.address).path).suffix.lower()
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return suffix if suffix in READABLE_SUFFIXES else _SUFFIXES.get(kind, "")


def _ask_robots(address: str, settings: Settings, end: float) -> None:
    rules = RobotFileParser()
    robots = urljoin(address, "/robots.txt")
    answer = get(robots, settings, end, {}, limit=_ROBOTS_BYTES)
    if answer.status != http.client.OK:
        return
    rules.parse(answer.body.decode("utf-8", "replace").splitlines())
    if not rules.can_fetch(AGENT, address):
        raise SourceError("{location}: {robots} forbids fetching it", location=address, robots=robots)


def get(address: str, settings: Settings, end: float, headers: dict[str, str], limit: int | None = None) -> Answer:
    """The answer at the end of all redirects, each of which is checked like the address itself."""
    location = address
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _get_once(location, settings, end, headers, limit or settings.max_source_bytes)
        target = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not target:
            return answer
        location = urljoin(location, target)
    raise SourceError("{location}: redirects more than {most} times", location=address, most=_MOST_REDIRECTS)


def _get_once(address: str, settings: Settings, end: float, headers: dict[str, str], limit: int) -> Answer:
    parts = _parts(address)
    connection = _connect(address, settings, end)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": AGENT, "Accept-Encoding": "gzip", **headers}
        connection.request("GET", target, headers=sent)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        body = _body(response, connection, address, end, limit, zipped=received.get("content-encoding") == "gzip")
        return Answer(address, response.status, received, body)
    except TimeoutError as error:
        raise _too_slow(address, settings) from error
    except (OSError, http.client.HTTPException, zlib.error) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceError("{location}: cannot be fetched: {reason}", location=address, reason=reason) from error
    finally:
        connection.close()


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        known = None
    if not known:
        raise SourceError("{location}: not an http or https address", location=address)
    return parts


def _connect(address: str, settings: Settings, end: float) -> http.client.HTTPConnection:
    """A connection to the very host address that was checked, so that a second look-up cannot lead elsewhere."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    try:
        port = parts.port or (443 if secure else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        place = next((entry[4] for entry in found), None)
        if place is None or not (settings.fetch_private or _all_public(entry[4][0] for entry in found)):
            template = "{location}: is on a private or loopback host; the setting fetch_private allows that"
            raise SourceError(template, location=address)
        plain = socket.create_connection((str(place[0]), port), timeout=_left(end))
        connection = http.client.HTTPConnection(host, port, timeout=_left(end))
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
    except TimeoutError as error:
        raise _too_slow(address, settings) from error
    except (OSError, ValueError) as error:
        raise SourceError("{location}: cannot be reached: {reason}", location=address, reason=error) from error
    return connection


def _all_public(hosts: Iterable[str | int]) -> bool:
    return all(ipaddress.ip_address(str(host).partition("%")[0]).is_global for host in hosts)


def _body(
    response: http.client.HTTPResponse,
    connection: http.client.HTTPConnection,
    address: str,
    end: float,
    limit: int,
    *,
    zipped: bool,
) -> bytes:
    """The body, unpacked as it comes, so that neither its size nor what it unpacks to passes the limit."""
    unpack = zlib.decompressobj(wbits=31) if zipped else None
    body = bytearray()
    while True:
        left = _left(end)
        if connection.sock is not None:
            connection.sock.settimeout(left)
        chunk = response.read1(_CHUNK)
        if not chunk:
            return bytes(body)
        body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        if len(body) > limit or (unpack is not None and unpack.unconsumed_tail):
            raise SourceError("{location}: is larger than {limit} bytes", location=address, limit=limit)


def _left(end: float) -> float:
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _too_slow(address: str, settings: Settings) -> SourceError:
    template = "{location}: took longer than the setting fetch_seconds allows ({seconds:g} s)"
    return SourceError(template, location=address, seconds=settings.fetch_seconds)
