"""Serving the web app for real: waitress, a kept WSGI server in plain Python that needs no proxy to be safe."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from contextlib import suppress

from kg.errors import EngineError, InsekError
from kg.settings import Settings
from search_app.services.drafts import Drafts
from search_app.services.serving import LatestServices


def serve(settings: Settings) -> None:
    """Serves until stopped, and then answers what is under way. Raises EngineError where the port is taken."""
    from search_app.app import create_app
    from search_app.services.http import server

    latest = LatestServices(settings)
    app = create_app(latest, settings, Drafts(settings) if settings.editor_token else None)
    try:
        listening = server(app, settings)
    except OSError as error:
        raise EngineError(
            "{host}:{port}: cannot listen there ({reason}); choose another with --port",
            host=settings.host,
            port=settings.port,
            reason=error.strerror or error,
        ) from error
    if settings.access_log:
        _log_requests()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_warm_up, args=(latest,), daemon=True).start()
    try:
        listening.run()
    finally:
        listening.close()
        latest.close()


def _log_requests() -> None:
    """A line of JSON for each request on standard error, where a service manager takes it up."""
    log = logging.getLogger("insek.access")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers = [logging.StreamHandler(sys.stderr)]


def _warm_up(latest: LatestServices) -> None:
    with suppress(InsekError):
        latest().warm_up()
