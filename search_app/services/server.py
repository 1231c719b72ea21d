"""Serving the web app for real: waitress, a kept WSGI server in plain Python that needs no proxy to be safe."""

from __future__ import annotations

import threading
from contextlib import suppress

from kg.errors import EngineError, InsekError
from kg.settings import Settings
from search_app.services.serving import LatestServices

_THREADS = 8


def serve(settings: Settings) -> None:
    """Serves until stopped. Raises EngineError where the port is taken."""
    from waitress.server import create_server

    from search_app.app import create_app

    latest = LatestServices(settings)
    app = create_app(latest, settings)
    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=_THREADS,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise EngineError(
            "{host}:{port}: cannot listen there ({reason}); choose another with --port",
            host=settings.host,
            port=settings.port,
            reason=error.strerror or error,
        ) from error
    threading.Thread(target=_warm_up, args=(latest,), daemon=True).start()
    try:
        server.run()
    finally:
        server.close()
        latest.close()


def _warm_up(latest: LatestServices) -> None:
    with suppress(InsekError):
        latest().warm_up()
