"""Answers a query by asking a SPARQL 1.1 endpoint elsewhere, with the same guard and limits as a store of our own."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from base64 import b64encode
from typing import NoReturn
from urllib.parse import urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from kg.errors import EngineError
from kg.settings import store_credentials
from kg.sparql import capped
from kg.sparql.embedded import syntax_error, unknown_graph
from kg.sparql.guard import check
from kg.sparql.request import DatasetOf, Request
from kg.sparql.result import Result

_TABLES = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_GRAPHS = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.6"
_READ = 2_000
# Virtuoso answers ASK with a table of this column, which has a row for yes and none for no.
_VIRTUOSO_ASK = "__ASK_RETVAL"


class Remote:
    """The endpoint at an address. The process is ended at the deadline, whatever the endpoint does."""

    def __init__(self, address: str, services: frozenset[str] = frozenset()) -> None:
        self._services = services
        parts = urlsplit(address)
        self._headers = {"User-Agent": "insek-graph"}
        user, password = store_credentials(address)
        if user:
            self._headers["Authorization"] = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        self._address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def answer(self, request: Request) -> Result:
        """The endpoint's answer, cut at the request's limits.

        Raises QueryRefused, QueryError, and EngineError where the endpoint does not answer as it should.
        """
        checked = check(request.text, self._services, request.base)
        dataset = request.dataset or DatasetOf()
        for graph in (*checked.graphs, *dataset.default, *dataset.named):
            if not self._has_graph(graph):
                raise unknown_graph(graph)
        is_graph = checked.form in {"construct", "describe"}
        try:
            with self._ask(request.text, dataset, _GRAPHS if is_graph else _TABLES) as answer:
                return _read_graph(answer, request) if is_graph else _read_table(answer, request)
        except (http.client.HTTPException, SyntaxError, ValueError, OSError) as error:
            raise EngineError(
                "the answer of the SPARQL endpoint {address} behind this one broke off; try again later",
                address=self._address,
            ) from error

    def _has_graph(self, graph: str) -> bool:
        try:
            asked = ox.NamedNode(graph)
        except ValueError:
            return False
        with self._ask(f"ASK {{ GRAPH {asked} {{ ?s ?p ?o }} }}", DatasetOf(), _TABLES) as answer:
            return _read_table(answer, Request("", 1, _READ)).body == b"true"

    def _ask(self, text: str, dataset: DatasetOf, accept: str) -> http.client.HTTPResponse:
        graphs = {"default-graph-uri": dataset.default, "named-graph-uri": dataset.named}
        body = urlencode({"query": text} | graphs, doseq=True).encode()
        asked = urllib.request.Request(self._address, body, self._headers | {"Accept": accept})
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(asked)
        except urllib.error.HTTPError as error:
            self._refused(error)
        except (OSError, http.client.HTTPException) as error:
            raise EngineError(
                "the SPARQL endpoint {address} behind this one does not answer; try again later", address=self._address
            ) from error
        return answer

    def _refused(self, error: urllib.error.HTTPError) -> NoReturn:
        with error:
            said = error.read(_READ).decode("utf-8", errors="replace").strip()
        if error.code == http.client.BAD_REQUEST:
            raise syntax_error(said) from error
        raise EngineError(
            "the SPARQL endpoint {address} behind this one answers {status}; try again later",
            address=self._address,
            status=error.code,
        ) from error


def _read_table(answer: http.client.HTTPResponse, request: Request) -> Result:
    form = ox.QueryResultsFormat.from_media_type(answer.headers.get("Content-Type", ""))
    if form is None:
        raise ValueError(answer.headers.get("Content-Type"))
    results = ox.parse_query_results(answer, form)
    if isinstance(results, ox.QueryBoolean):
        return capped.boolean(bool(results))
    if [name.value for name in results.variables] == [_VIRTUOSO_ASK]:
        return capped.boolean(any(True for _ in results))
    return capped.table(results, request.rows, request.size)


def _read_graph(answer: http.client.HTTPResponse, request: Request) -> Result:
    form = ox.RdfFormat.from_media_type(answer.headers.get("Content-Type", ""))
    if form is None:
        raise ValueError(answer.headers.get("Content-Type"))
    return capped.graph(ox.parse(answer, form), request.rows, request.size)
