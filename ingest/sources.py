"""What to read: files, folders, addresses and `sources.toml` become requests, and requests become sources."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.media import DECORATION_SUFFIXES, READABLE_SUFFIXES, media_type
from ingest.titles import own_title
from kg.errors import SourceError
from kg.ids import make_id
from kg.model import Source

_KEYS = {"path", "url", "municipality", "title", "id", "licence", "edition_of", "columns"}


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """Something to read. `location` is a path or an address; `columns` are pairs of table header and field.

    `municipality` is a name or AGS as given, None where the document must tell; `declared_id` keeps a document's
    id the same when its content changes; `edition_of` is the declared id of the plan that this is an edition of.
    """

    location: str
    municipality: str | None = None
    title: str | None = None
    declared_id: str | None = None
    licence: str | None = None
    edition_of: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def is_address(self) -> bool:
        """Whether the location has to be fetched."""
        return self.location.startswith(("http://", "https://"))


def expand(locations: Iterable[str], municipality: str | None = None, title: str | None = None) -> list[SourceRequest]:
    """A request for each file, for each readable file below each folder (sorted), and for each address.

    Of a folder PNG and JPEG files are left out, because they mostly adorn other documents; named, they are read.

    A file named `sources.toml` stands for the sources that it lists, and so does a folder that holds one.
    A location that does not exist stays a request, so that reading it can say so.
    """
    requests = [request for location in locations for request in _expand(location)]
    return [
        replace(request, municipality=municipality or request.municipality, title=title or request.title)
        for request in requests
    ]


def _expand(location: str) -> Iterator[SourceRequest]:
    path = Path(location)
    if location.startswith(("http://", "https://")) or not path.exists():
        yield SourceRequest(location)
    elif path.name == "sources.toml":
        yield from read_sources(path)
    elif path.is_file():
        yield SourceRequest(location)
    elif (listing := path / "sources.toml").is_file():
        yield from read_sources(listing)
    else:
        files = sorted(path.rglob("*"))
        yield from (SourceRequest(str(file)) for file in files if _is_readable(file, path))


def _is_readable(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.is_file() and not hidden and file.suffix.lower() in READABLE_SUFFIXES - DECORATION_SUFFIXES


def read_sources(path: Path) -> list[SourceRequest]:
    """The requests of a `sources.toml`: a `[[source]]` table each, with `path` (from the file's folder) or `url`.

    Raises SourceError for a file that is no such list, naming what is wrong.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("source", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError("{location}: not a valid TOML file: {reason}", location=path, reason=error) from error
    if not isinstance(tables, list) or not tables:
        raise SourceError("{location}: lists no source; write one [[source]] table for each", location=path)
    return [_request(table, path) for table in tables]


def _request(table: dict[str, Any], listing: Path) -> SourceRequest:
    if unknown := sorted(set(table) - _KEYS):
        raise SourceError(
            "{location}: a source has no {key}; known are {known}",
            location=listing,
            key=", ".join(unknown),
            known=", ".join(sorted(_KEYS)),
        )
    if ("path" in table) == ("url" in table):
        raise SourceError("{location}: a source has either a path or a url", location=listing)
    texts = {key: value for key, value in table.items() if key != "columns"}
    columns = table.get("columns", {})
    if not all(isinstance(value, str) for value in [*texts.values(), *dict(columns).values()]):
        raise SourceError("{location}: the values of a source are texts in quotes", location=listing)
    return SourceRequest(
        location=table.get("url") or str(listing.parent / table["path"]),
        municipality=table.get("municipality"),
        title=table.get("title"),
        declared_id=table.get("id"),
        licence=table.get("licence"),
        edition_of=table.get("edition_of"),
        columns=tuple(columns.items()),
    )


def sha256(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal digits. Raises SourceError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise SourceError("{location}: there is no such file; check the path", location=path) from error
    except OSError as error:
        raise SourceError("{location}: cannot be read: {reason}", location=path, reason=error.strerror) from error


def describe(request: SourceRequest, path: Path, municipality: str) -> Source:
    """The source of a request whose bytes lie at `path`, for the municipality of that key (AGS).

    The id follows from the declared id, else from the bytes. The title is the one given, else the document's own,
    else the file's name.
    """
    digest = sha256(path)
    kind = media_type(path)
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Source(
        id=make_id("document", request.declared_id or digest),
        municipality=municipality,
        title=request.title or own_title(path, kind) or Path(request.location).stem,
        location=request.location,
        media_type=kind,
        sha256=digest,
        retrieved=changed.date().isoformat(),
        licence=request.licence,
        columns=request.columns,
    )
