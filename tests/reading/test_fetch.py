"""Fetching against a server that misbehaves, and against addresses that must not be asked at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from misbehaving import PAGE, serving

from ingest.fetch import fetch
from kg.errors import SourceError
from kg.settings import Settings

SETTINGS = Settings(fetch_private=True, fetch_seconds=1.5, max_source_bytes=1_000_000)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    with serving() as found:
        yield found


def test_a_page_is_kept_and_asked_for_again_by_its_etag(server: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = server
    first = fetch(f"{address}/good", tmp_path, SETTINGS)
    assert first.read_bytes() == PAGE
    assert first.suffix == ".html"
    changed = first.stat().st_mtime_ns
    assert fetch(f"{address}/good", tmp_path, SETTINGS) == first
    assert first.stat().st_mtime_ns == changed
    assert asked.count("/good") == 2


def test_a_packed_page_is_unpacked(server: tuple[str, list[str]], tmp_path: Path) -> None:
    assert fetch(f"{server[0]}/zipped", tmp_path, SETTINGS).read_bytes() == PAGE


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/slow", "fetch_seconds"),
        ("/endless", "larger than"),
        ("/bomb", "larger than"),
        ("/loop", "redirects more than"),
        ("/away", "not an http"),
        ("/error", "answered 500"),
        ("/missing", "answered 404"),
        ("/film", "video/mp4"),
        ("/nothing", "with nothing"),
        ("/rubbish", "cannot be fetched"),
        ("/forbidden", "robots.txt forbids"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    server: tuple[str, list[str]], tmp_path: Path, path: str, reason: str
) -> None:
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch(f"{server[0]}{path}", tmp_path, SETTINGS)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < 6
    assert not list(tmp_path.glob("*.fetched*"))


def test_private_hosts_are_refused_unless_allowed(server: tuple[str, list[str]], tmp_path: Path) -> None:
    asked = len(server[1])
    with pytest.raises(SourceError, match="fetch_private"):
        fetch(f"{server[0]}/good", tmp_path, Settings())
    assert len(server[1]) == asked


@pytest.mark.parametrize("address", ["ftp://example.org/a", "file:///etc/passwd", "http://", "http://[bad/"])
def test_other_schemes_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        fetch(address, tmp_path, SETTINGS)
