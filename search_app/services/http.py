"""waitress, with what it lacks against clients that open many connections or send slowly.

waitress reads a request whole before a thread works on it, so that slow clients hold connections and no threads. It
has no limit on the time that a request takes to arrive, and turns everyone away when its connections are used up; here
a request has half a minute, and a new connection takes the place of the one that has waited longest.
"""

from __future__ import annotations

import logging
import resource
import time
from contextlib import suppress

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from kg.settings import Settings

THREADS = 96
_CONNECTIONS = 1_000
_RESERVED_FILES = 400
_REQUEST_SECONDS = 30.0
_IDLE_SECONDS = 60
_CLEANUP_SECONDS = 5
_AT_ONCE = 64
# The app answers 413 itself, in its own form, to what is larger than it takes; beyond this nothing is read.
_LARGEST_BODY = 16_000_000
_LARGEST_HEADER = 256_000


class _Channel(HTTPChannel):
    """A connection that knows when the request that is arriving began to arrive."""

    began: float | None = None

    def received(self, data: bytes) -> bool:
        """Takes what has arrived."""
        if self.request is None:
            self.began = time.time()
        taken = super().received(data)
        if self.request is None:
            self.began = None
        return bool(taken)

    @property
    def waiting_since(self) -> float:
        """Since when it takes a place for nothing; never, while a request of it is worked on."""
        if self.requests:
            return float("inf")
        return self.last_activity if self.began is None else self.began


class Server(TcpWSGIServer):
    """Listens on one address."""

    channel_class = _Channel
    active_channels: dict[int, _Channel]  # type: ignore[assignment]

    def handle_accept(self) -> None:
        """Takes new connections; where there are too many, closes those that have waited longest."""
        for _ in range(_AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                break
            if before >= min(_CONNECTIONS, self.adj.connection_limit - _RESERVED_FILES):
                oldest = min(self.active_channels.values(), key=lambda channel: channel.waiting_since)
                if not oldest.requests:
                    oldest.handle_close()

    def maintenance(self, now: float) -> None:
        """Closes connections that have been idle, and those whose request takes too long to arrive."""
        super().maintenance(int(now))
        for channel in self.active_channels.values():
            if channel.began is not None and now - channel.began > _REQUEST_SECONDS and not channel.requests:
                channel.will_close = True


def server(app: Flask, settings: Settings) -> Server:
    """A server for the app. Raises OSError where it cannot listen on the address of the settings."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    adjustments = Adjustments(
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        asyncore_use_poll=True,
        connection_limit=_open_files(),
        channel_timeout=_IDLE_SECONDS,
        cleanup_interval=_CLEANUP_SECONDS,
        max_request_body_size=max(_LARGEST_BODY, settings.max_source_bytes) if settings.editor_token else _LARGEST_BODY,
        max_request_header_size=_LARGEST_HEADER,
        clear_untrusted_proxy_headers=True,
        **_proxy(settings.trusted_proxy),
    )
    return Server(app, adj=adjustments)


def _proxy(address: str) -> dict[str, object]:
    """What the proxy at that address is believed: who the client is, and which address it asked for."""
    if not address:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
    return {"trusted_proxy": address, "trusted_proxy_count": 1, "trusted_proxy_headers": headers}


def _open_files() -> int:
    """How many files and connections this process may have open, after asking for as many as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8 * _CONNECTIONS
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return most
    return min(soft, wanted) if soft != resource.RLIM_INFINITY else wanted
