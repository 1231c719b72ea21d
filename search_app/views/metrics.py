"""What is counted of requests: `/metrics` for Prometheus, and a line for each in the log, without personal data."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kg.errors import InsekError
from search_app.views.context import services

pages = Blueprint("metrics", __name__)

_KEY = "metrics"
_LOG = logging.getLogger("insek.access")


def init_app(app: Flask) -> None:
    """Counts every request, and logs it where the logger `insek.access` is on."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Queries())
    requests = Counter("insek_http_requests", "Requests answered", ["route", "method", "status"], registry=registry)
    seconds = Histogram("insek_http_request_seconds", "Time to answer", ["route"], registry=registry)
    app.extensions[_KEY] = registry

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        took = time.perf_counter() - g.get("began", time.perf_counter())
        requests.labels(_route(), _method(), answer.status_code).inc()
        seconds.labels(_route()).observe(took)
        _LOG.info("%s", _line(answer, took))
        return answer


@pages.get("/metrics")
def page() -> Response:
    """All counts in the text format of Prometheus."""
    return Response(generate_latest(current_app.extensions[_KEY]), content_type=CONTENT_TYPE_LATEST)


def _route() -> str:
    """The pattern of the address, not the address: what people looked for stays out of logs and counts."""
    return request.url_rule.rule if request.url_rule else "-"


def _method() -> str:
    known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH")
    return request.method if request.method in known else "-"


def _line(answer: Response, took: float) -> str:
    record = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "method": _method(),
        "route": _route(),
        "status": answer.status_code,
        "bytes": answer.content_length,
        "ms": round(took * 1000, 1),
    }
    return json.dumps(record)


class _Queries(Collector):
    """What the processes that answer SPARQL queries do, and which generation serves; nothing while none does."""

    def collect(self) -> Iterator[Metric]:
        try:
            current = services()
            state = current.queries
        except (InsekError, RuntimeError):  # nothing is published, or it is asked outside a request
            return
        generation = GaugeMetricFamily("insek_generation", "What is served", labels=["id", "published"])
        generation.add_metric([current.generation, current.published], 1)
        queries = GaugeMetricFamily("insek_sparql_queries_at_work", "Queries at work", labels=["lane"])
        queries.add_metric(["short"], state.short)
        queries.add_metric(["long"], state.long)
        yield generation
        yield queries
        yield GaugeMetricFamily("insek_sparql_processes_idle", "Processes that wait for a query", value=state.idle)
        yield CounterMetricFamily("insek_sparql_processes_killed", "Processes that were killed", value=state.killed)
