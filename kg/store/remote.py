"""Writing into a SPARQL server: graphs by the Graph Store Protocol, each replaced whole, and SPARQL updates."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

import pyoxigraph as ox

from kg.errors import EngineError
from kg.settings import store_credentials

# Last steps of the paths of a query endpoint and of what lies beside it at Oxigraph and Virtuoso; others have one path.
_GRAPH_STORES = {"query": "store", "sparql": "sparql-graph-crud-auth"}
_UPDATES = {"query": "update", "sparql": "sparql-auth"}

# For a graph, and for an update, which may copy all that is published.
_SECONDS, _UPDATE_SECONDS = 60.0, 3_600.0
_WAITS = (0.2, 1.0)
_AGAIN = {429, 500, 502, 503, 504}
_SAID = 200
_DOWN = "graph store {address}: does not answer ({reason}); what is published is still served: try again later"
_REFUSED = "graph store {address}: answers {status} ({reason}); what is published is still served"
_NONSENSE = "graph store {address}: answers something else than graphs ({reason}); is it a SPARQL 1.1 graph store?"


def _beside(endpoint: str, last_steps: Mapping[str, str]) -> str:
    parts = urlsplit(endpoint)
    path, _, last = parts.path.rpartition("/")
    return urlunsplit(
        parts._replace(netloc=parts.netloc.rpartition("@")[2], path=f"{path}/{last_steps.get(last, last)}")
    )


class GraphStore:
    """The named graphs of a server, by the address of its query endpoint.

    User and password come from the variables INSEK_STORE_USER and INSEK_STORE_PASSWORD, else from the address. All
    methods try again after each of the `waits` and raise EngineError, with the address, where the server is down, does
    not answer within `seconds`, or refuses.
    """

    def __init__(self, endpoint: str, seconds: float = _SECONDS, waits: Sequence[float] = _WAITS) -> None:
        self.address = _beside(endpoint, _GRAPH_STORES)
        self._updates = _beside(endpoint, _UPDATES)
        self._seconds, self._waits = seconds, waits
        user, password = store_credentials(endpoint)
        secrets = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if user:
            secrets.add_password(None, [self.address, self._updates], user, password)
        basic, digest = urllib.request.HTTPBasicAuthHandler, urllib.request.HTTPDigestAuthHandler
        self._opener = urllib.request.build_opener(basic(secrets), digest(secrets))

    def get(self, graph: str) -> list[ox.Triple]:
        """The triples of a graph, none where there is no such graph."""
        status, kind, body = self._ask_graph("GET", graph, Accept="application/n-triples, text/turtle;q=0.9")
        if status == http.client.NOT_FOUND:
            return []
        try:
            form = ox.RdfFormat.from_media_type(kind)
            return [quad.triple for quad in ox.parse(body, form)] if form else self._nonsense(kind)
        except SyntaxError as error:
            self._nonsense(str(error))
        return []

    def put(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Replaces a graph. Blank nodes become IRIs, since servers name them differently at each reading."""
        body = ox.serialize(map(_without_blank_nodes, triples), format=ox.RdfFormat.N_TRIPLES) or b""
        self._ask_graph("PUT", graph, body, **{"Content-Type": "text/turtle;charset=utf-8"})

    def delete(self, graph: str) -> None:
        """Removes a graph, if it is there."""
        self._ask_graph("DELETE", graph)

    def update(self, text: str) -> None:
        """Runs a SPARQL update. It may be sent again, so a second time has to change nothing."""
        headers = {"Content-Type": "application/sparql-update"}
        self._ask("POST", self._updates, text.encode(), _UPDATE_SECONDS, **headers)

    def _nonsense(self, said: str) -> list[ox.Triple]:
        raise nonsense(self.address, said)

    def _ask_graph(self, method: str, graph: str, body: bytes | None = None, **headers: str) -> tuple[int, str, bytes]:
        return self._ask(method, f"{self.address}?graph={quote(graph, safe='')}", body, self._seconds, **headers)

    def _ask(
        self, method: str, address: str, body: bytes | None, seconds: float, **headers: str
    ) -> tuple[int, str, bytes]:
        named = address.partition("?")[0]
        for wait in (*self._waits, None):
            request = urllib.request.Request(address, body, headers, method=method)
            try:
                with self._opener.open(request, timeout=seconds) as answer:
                    return answer.status, answer.headers.get("Content-Type", ""), answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    said = error.read(_SAID).decode("utf-8", errors="replace").strip()
                if error.code == http.client.NOT_FOUND and method in {"GET", "DELETE"}:
                    return error.code, "", b""
                if error.code not in _AGAIN or wait is None:
                    raise EngineError(_REFUSED, address=named, status=error.code, reason=said) from error
            except (OSError, ValueError, http.client.HTTPException) as error:
                if wait is None:
                    raise EngineError(_DOWN, address=named, reason=error) from error
            time.sleep(wait or 0)
        raise AssertionError("the last attempt returns or raises")


def nonsense(address: str, said: str) -> EngineError:
    """The error that a server answers something else than it should."""
    return EngineError(_NONSENSE, address=address, reason=said[:_SAID])


def _without_blank_nodes(triple: ox.Triple) -> ox.Triple:
    subject, value = triple.subject, triple.object
    subject = _named(subject) if isinstance(subject, ox.BlankNode) else subject
    value = _named(value) if isinstance(value, ox.BlankNode) else value
    return ox.Triple(subject, triple.predicate, value)


def _named(node: ox.BlankNode) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/.well-known/genid/{node.value}")
