"""How many requests one client may send. Counted in memory by address, and forgotten after the period."""

from __future__ import annotations

import ipaddress
import math
import time

from flask import Flask, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from kg.errors import InvalidRequest
from kg.settings import Settings

_FREE = ("static", "about.health", "metrics.page")
_IPV6_PREFIX = 64


def init_app(app: Flask, settings: Settings) -> None:
    """Answers 429 with `Retry-After` to a client that sends more than `rate_limit` says.

    Who the client is, is what the server says: the other end of the connection, or whom the trusted proxy names.
    Raises InvalidRequest where the setting cannot be read.
    """
    limit = _read(settings.rate_limit)
    if limit is None:
        return
    limiter = FixedWindowRateLimiter(MemoryStorage())
    free = frozenset(settings.unlimited_clients.split())

    @app.before_request
    def check() -> None:
        client = request.remote_addr or ""
        if request.endpoint in _FREE or client in free or limiter.hit(limit, _key(client)):
            return
        until = limiter.get_window_stats(limit, _key(client)).reset_time
        seconds = max(1, math.ceil(until - time.time()))
        raise TooManyRequests(f"more than {settings.rate_limit} requests; wait {seconds} s", retry_after=seconds)


def _read(text: str) -> RateLimitItem | None:
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise InvalidRequest("setting rate_limit: {value!r} is not like 600/minute", value=text) from error


def _key(client: str) -> str:
    """The address; for IPv6 its network, because one client has all addresses of it."""
    try:
        address = ipaddress.ip_address(client.strip("[]"))
    except ValueError:
        return client
    return client if address.version == 4 else str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
