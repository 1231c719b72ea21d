"""Refuses queries that would write or reach out of the published graph, before anything is run.

The words of a query are looked at, not its grammar: Oxigraph's own parser decides what is valid, and refuses updates
by itself. What is checked here is what it would follow: SERVICE, and FROM with a graph that is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import QueryError, QueryRefused

MAX_CHARACTERS = 1_000_000
"""The longest query that is read."""

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<text>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+) | (?P<blank>_:[\w.\-·]+) | (?P<language>@[A-Za-z\-]+)
    | (?P<name>(?:[^\W\d_][\w.\-·]*)?:(?:[\w.\-·:]|%[0-9A-Fa-f]{2}|\\.)*)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>[{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = frozenset({"insert", "delete", "load", "clear", "drop", "create", "copy", "move", "add", "with"})
_FORMS = frozenset({"select", "ask", "construct", "describe"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may be run: its form, and the graphs that it names with FROM."""

    form: str
    graphs: tuple[str, ...] = ()


def check(text: str) -> Checked:
    """What kind of query this is. Raises QueryRefused for an update or a query that reaches out, QueryError for none.

    Escapes (`\\u0053`) are looked through as well.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryRefused(
            "the query has {count} characters; at most {limit} are read", count=len(text), limit=MAX_CHARACTERS
        )
    if "\x00" in text:
        raise QueryError("the query holds a NUL character; remove it")
    if "\\u" in text or "\\U" in text:
        _check(_ESCAPE.sub(_character, text))
    return _check(text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else ""


def _check(text: str) -> Checked:
    tokens = list(_tokens(text))
    prefixes = _prefixes(tokens)
    form = ""
    graphs: list[str] = []
    for index, (kind, token) in enumerate(tokens):
        word = _keyword(kind, token)
        if "service" in word:
            raise QueryRefused("SERVICE is refused: this endpoint does not ask others; query them yourself")
        if not form and word in _UPDATES:
            raise QueryRefused("{word} is refused: this endpoint is read-only", word=word.upper())
        if not form and word in _FORMS:
            form = word
        if word == "from":
            graphs.append(_graph(tokens, index, prefixes))
    if not form:
        raise QueryError("no SELECT, ASK, CONSTRUCT or DESCRIBE; write one of them")
    return Checked(form, tuple(graphs))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind not in {"skip", "text"}:
            yield kind, match.group()


def _keyword(kind: str, token: str) -> str:
    """The keyword that a token is or may be read as: Oxigraph takes `SERVICE:x` for SERVICE and `:x`."""
    if kind == "word":
        return token.casefold()
    prefix = token.partition(":")[0].casefold() if kind == "name" else ""
    return prefix if prefix in {"service", "from", "silent"} else ""


def _prefixes(tokens: list[tuple[str, str]]) -> dict[str, str]:
    found = {}
    for (kind, word), (_, name), (_, iri) in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if kind == "word" and word.casefold() == "prefix":
            found[name.removesuffix(":")] = iri[1:-1]
    return found


def _graph(tokens: list[tuple[str, str]], index: int, prefixes: dict[str, str]) -> str:
    """The IRI behind FROM or FROM NAMED, empty where there is none; the parser will say so."""
    following = [token for kind, token in tokens[index + 1 : index + 3] if token.casefold() != "named"]
    target = following[0] if following and ":" not in tokens[index][1] else tokens[index][1].partition(":")[2]
    if target.startswith("<"):
        return target[1:-1]
    prefix, _, local = target.partition(":")
    return prefixes.get(prefix, "") + local
