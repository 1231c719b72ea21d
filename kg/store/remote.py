"""Writing into a SPARQL server by the Graph Store Protocol: each named graph is replaced whole.

Two small graphs beside the published ones keep the server's state: `graph/parts` says of each graph which version of
it the server holds, and `graph/generation` names the generation that is complete. The second is removed before
anything changes and written last, so that whoever reads knows whether all belongs together. A publication that was
broken off leaves graphs whose version is unknown; the next one writes or removes them.
"""

from __future__ import annotations

import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import pyoxigraph as ox

from kg.errors import EngineError

_USER, _PASSWORD = "INSEK_STORE_USER", "INSEK_STORE_PASSWORD"
_GRAPH_STORES = {"query": "store", "sparql": "sparql-graph-crud-auth"}
"""Last step of the path of a query endpoint and of the graph store beside it: Oxigraph, Virtuoso."""

_VERSION = ox.NamedNode("http://purl.org/dc/terms/identifier")
_SECONDS = 60.0
_WAITS = (0.2, 1.0)
_AGAIN = {429, 500, 502, 503, 504}
_SAID = 200
_UNKNOWN = ""
_DOWN = "graph store {address}: does not answer ({reason}); what is published is still served: try again later"
_REFUSED = "graph store {address}: answers {status} ({reason}); what is published is still served"
_NONSENSE = "graph store {address}: answers something else than graphs ({reason}); is it a SPARQL 1.1 graph store?"


def graph_store_address(endpoint: str) -> str:
    """The address of the graph store beside a query endpoint: Oxigraph's /query, Virtuoso's /sparql, else itself."""
    parts = urlsplit(endpoint)
    path, _, last = parts.path.rpartition("/")
    return urlunsplit(parts._replace(path=f"{path}/{_GRAPH_STORES.get(last, last)}"))


class GraphStore:
    """Named graphs of a server, by the address of its Graph Store Protocol.

    User and password come from the variables INSEK_STORE_USER and INSEK_STORE_PASSWORD, else from the address. All
    methods try three times and raise EngineError, with the address, where the server is down or refuses.
    """

    def __init__(self, address: str, seconds: float = _SECONDS) -> None:
        parts = urlsplit(address)
        self.address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        self._seconds = seconds
        user = os.environ.get(_USER) or unquote(parts.username or "")
        secrets = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if user:
            secrets.add_password(None, self.address, user, os.environ.get(_PASSWORD) or unquote(parts.password or ""))
        basic, digest = urllib.request.HTTPBasicAuthHandler, urllib.request.HTTPDigestAuthHandler
        self._opener = urllib.request.build_opener(basic(secrets), digest(secrets))

    def get(self, graph: str) -> list[ox.Triple]:
        """The triples of a graph, none where there is no such graph."""
        status, kind, body = self._ask("GET", graph, Accept="application/n-triples, text/turtle;q=0.9")
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
        self._ask("PUT", graph, body, **{"Content-Type": "text/turtle;charset=utf-8"})

    def delete(self, graph: str) -> None:
        """Removes a graph, if it is there."""
        self._ask("DELETE", graph)

    def _nonsense(self, said: str) -> list[ox.Triple]:
        raise EngineError(_NONSENSE, address=self.address, reason=said[:_SAID])

    def _ask(self, method: str, graph: str, body: bytes | None = None, **headers: str) -> tuple[int, str, bytes]:
        address = f"{self.address}?graph={quote(graph, safe='')}"
        for wait in (*_WAITS, None):
            request = urllib.request.Request(address, body, headers, method=method)
            try:
                with self._opener.open(request, timeout=self._seconds) as answer:
                    return answer.status, answer.headers.get("Content-Type", ""), answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    said = error.read(_SAID).decode("utf-8", errors="replace").strip()
                if error.code == http.client.NOT_FOUND and method != "PUT":
                    return error.code, "", b""
                if error.code not in _AGAIN or wait is None:
                    raise EngineError(_REFUSED, address=self.address, status=error.code, reason=said) from error
            except (OSError, ValueError, http.client.HTTPException) as error:
                if wait is None:
                    raise EngineError(_DOWN, address=self.address, reason=error) from error
            time.sleep(wait or 0)
        raise AssertionError("the last attempt returns or raises")


class Mirror:
    """A copy of published stores on a server, one at a time; `base` begins the names of its two graphs of state."""

    def __init__(self, server: GraphStore, base: str) -> None:
        self._server = server
        self._parts, self._generation = f"{base}graph/parts", f"{base}graph/generation"
        self._base = ox.NamedNode(base)

    def holds(self) -> str | None:
        """The generation that the server holds completely, or None while it is written or was left half-written."""
        return next((version for _, version in _versions(self._server.get(self._generation))), None)

    def is_foreign(self) -> bool:
        """Whether the server was never written by us."""
        return not self._server.get(self._parts)

    def bring(self, store: ox.Store, versions: Mapping[str, str]) -> Iterator[str]:
        """Writes the graphs that the server does not hold in this version, removes all others; each name when done.

        From the first name on, `holds` answers None until `complete` is called.
        """
        held = dict(_versions(self._server.get(self._parts)))
        self._server.delete(self._generation)
        stale = [name for name, version in versions.items() if held.get(name) != version]
        gone = [name for name in held if name not in versions]
        self._note(held | dict.fromkeys((*stale, *gone), _UNKNOWN))
        for name in stale:
            quads = store.quads_for_pattern(None, None, None, ox.NamedNode(name))
            self._server.put(name, (quad.triple for quad in quads))
            yield name
        for name in gone:
            self._server.delete(name)
            yield name
        self._note(versions)

    def complete(self, generation: str) -> None:
        """Says that the server holds this generation. Raises EngineError where it did not keep what it was given."""
        self._server.put(self._generation, [ox.Triple(self._base, _VERSION, ox.Literal(generation))])
        if self.holds() != generation:
            raise EngineError(_NONSENSE, address=self._server.address, reason=f"{self._generation}: {self.holds()}")

    def _note(self, versions: Mapping[str, str]) -> None:
        said = versions.items()
        self._server.put(
            self._parts, [ox.Triple(ox.NamedNode(name), _VERSION, ox.Literal(version)) for name, version in said]
        )


def _versions(triples: Iterable[ox.Triple]) -> Iterator[tuple[str, str]]:
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
            yield triple.subject.value, triple.object.value


def _without_blank_nodes(triple: ox.Triple) -> ox.Triple:
    subject, value = triple.subject, triple.object
    subject = _named(subject) if isinstance(subject, ox.BlankNode) else subject
    value = _named(value) if isinstance(value, ox.BlankNode) else value
    return ox.Triple(subject, triple.predicate, value)


def _named(node: ox.BlankNode) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/.well-known/genid/{node.value}")
