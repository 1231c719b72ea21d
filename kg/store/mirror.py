"""A copy of published stores on a SPARQL server, one generation at a time: laid aside, then switched to in one update.

What is laid aside lies in graphs `graph/next/<number>` with a mark before each predicate, so that no pattern finds it
in the union of all graphs, and `graph/next` says which graph each of them replaces. The update puts them in place of
the published graphs and names the new generation in `graph/generation` last; it changes nothing where that was done
before. `graph/parts` says of each graph which version of it the server holds. What a publication that was broken off
laid aside is removed by the next one; until then the old generation serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from string import Template

import pyoxigraph as ox

from kg.store.remote import GraphStore, nonsense

_VERSION = ox.NamedNode("http://purl.org/dc/terms/identifier")
_NEXT = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")
_REPLACES = ox.NamedNode("http://purl.org/dc/terms/replaces")
_MARK = "urn:insek:next:"
_UNKNOWN = ""


class Mirror:
    """The copy on a server; `base` begins the names of the graphs that hold its state."""

    def __init__(self, server: GraphStore, base: str) -> None:
        self._server = server
        self._base = ox.NamedNode(base)
        self._parts, self._state = f"{base}graph/parts", f"{base}graph/generation"
        self._waiting = f"{base}graph/next"

    def holds(self) -> str | None:
        """The generation that the server holds, or None while another one is laid aside or was left so."""
        state = self._server.get(self._state)
        waits = any(triple.predicate == _NEXT for triple in state)
        return None if waits else next((version for _, version in _versions(state)), None)

    def is_foreign(self) -> bool:
        """Whether the server was never written by us."""
        return not self._server.get(self._parts)

    def bring(self, store: ox.Store, versions: Mapping[str, str], generation: str) -> Iterator[str]:
        """Lays the graphs aside that the server does not hold in this version; each name when done.

        Graphs without a version here are to be removed. The server goes on with the generation that it holds until
        `complete` is called. One that holds nothing yet takes the graphs in their place, which is several times as
        fast as copying them in the update.
        """
        held = dict(_versions(self._server.get(self._parts)))
        stale = [name for name, version in versions.items() if held.get(name) != version]
        gone = [name for name in held if name not in versions]
        self._begin(held, [*stale, *gone], generation)
        for number, name in enumerate(stale):
            triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
            if held:
                self._server.put(self._aside(number), map(_marked, triples))
            else:
                self._server.put(name, triples)
            yield name
        yield from gone
        self._server.put(f"{self._waiting}/parts", map(_marked, _noted(versions)))

    def _begin(self, held: Mapping[str, str], changing: list[str], generation: str) -> None:
        """Removes what was left aside, and says which graphs are going to change."""
        for triple in self._server.get(self._waiting):
            if isinstance(triple.subject, ox.NamedNode):
                self._server.delete(triple.subject.value)
        waiting = {self._aside(number): name for number, name in enumerate(changing) if held}
        waiting[f"{self._waiting}/parts"] = self._parts
        named = ((ox.NamedNode(aside), _REPLACES, ox.NamedNode(name)) for aside, name in waiting.items())
        self._server.put(self._waiting, (ox.Triple(*parts) for parts in named))
        state = [triple for triple in self._server.get(self._state) if triple.predicate != _NEXT]
        self._server.put(self._state, [*state, ox.Triple(self._base, _NEXT, ox.Literal(generation))])
        self._server.put(self._parts, _noted({**held, **dict.fromkeys(changing, _UNKNOWN)}))

    def complete(self, generation: str) -> None:
        """Makes this generation, which was laid aside, the one that the server holds. Raises EngineError where the
        server does not do it."""
        replaced = [
            (triple.subject.value, triple.object.value)
            for triple in self._server.get(self._waiting)
            if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)
        ]
        replaced.sort(key=lambda pair: pair[1] == self._parts)
        steps = [self._filled("replace_graph", generation, aside=aside, graph=name) for aside, name in replaced]
        self._server.update("\n".join([*steps, self._filled("switch", generation)]))
        if (held := self.holds()) != generation:
            raise nonsense(self._server.address, f"{self._state}: {held}")

    def _filled(self, name: str, generation: str, **names: str) -> str:
        text = resources.files(__package__).joinpath(f"{name}.rq").read_text(encoding="utf-8")
        return Template(text).substitute(
            names,
            base=self._base.value,
            state=self._state,
            waiting=self._waiting,
            current=_VERSION.value,
            next=_NEXT.value,
            generation=generation,
            first=len(_MARK) + 1,
        )

    def _aside(self, number: int) -> str:
        return f"{self._waiting}/{number}"


def _marked(triple: ox.Triple) -> ox.Triple:
    """The triple as it is laid aside."""
    return ox.Triple(triple.subject, ox.NamedNode(_MARK + triple.predicate.value), triple.object)


def _noted(versions: Mapping[str, str]) -> list[ox.Triple]:
    return [ox.Triple(ox.NamedNode(name), _VERSION, ox.Literal(version)) for name, version in versions.items()]


def _versions(triples: Iterable[ox.Triple]) -> Iterator[tuple[str, str]]:
    for triple in triples:
        if (
            triple.predicate == _VERSION
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.Literal)
        ):
            yield triple.subject.value, triple.object.value
