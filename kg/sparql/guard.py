"""Refuses queries that would write or reach out of the published graph, before anything is run.

The words of a query are looked at, not its grammar: the engine's own parser decides what is valid. What is checked
here is what an engine would follow: SERVICE, but for addresses that are allowed, and FROM with a graph that is not
published. Each character is read once, so that no query takes long to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from kg.errors import QueryError, QueryRefused

MAX_CHARACTERS = 1_000_000
"""The longest query that is read."""
MAX_DEPTH = 200
"""How deep brackets may be nested; a parser that follows much deeper ones runs out of stack."""

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<text>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+) | (?P<blank>_:[\w.\-·]+) | (?P<language>@[A-Za-z\-]+)
    | (?P<name>(?:[^\W\d_][\w.\-·]{0,100})?:(?:[\w.\-·:]|%[0-9A-Fa-f]{2}|\\.)*)
    | (?P<word>[^\W\d]\w*)
    | (?P<bracket>[{}()\[\]])
    | (?P<open>["'])
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


def check(text: str, services: frozenset[str] = frozenset(), base: str = "") -> Checked:
    """What kind of query this is. Raises QueryRefused for an update or a query that reaches out, QueryError for none.

    `services` are the addresses that SERVICE may ask, `base` what relative IRIs stand to. Escapes (`\\u0053`) are
    looked through as well.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryRefused(
            "the query has {count} characters; at most {limit} are read", count=len(text), limit=MAX_CHARACTERS
        )
    if "\x00" in text:
        raise QueryError("the query holds a NUL character; remove it")
    if "\\u" in text or "\\U" in text:
        _check(_ESCAPE.sub(_character, text), services, base)
    return _check(text, services, base)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else ""


def _check(text: str, services: frozenset[str], base: str) -> Checked:
    tokens = list(_tokens(text))
    names = _prefixes(tokens, base)
    form = ""
    graphs: list[str] = []
    for index, (kind, token) in enumerate(tokens):
        word = _keyword(kind, token)
        if word == "service" and _asked(tokens, index) not in services:
            raise _refused_service(services)
        if not form and word in _UPDATES:
            raise QueryRefused("{word} is refused: this endpoint is read-only", word=word.upper())
        if not form and word in _FORMS:
            form = word
        if word == "from":
            graphs.append(_graph(tokens, index, names))
    if not form:
        raise QueryError("no SELECT, ASK, CONSTRUCT or DESCRIBE; write one of them")
    return Checked(form, tuple(graphs))


def _refused_service(services: frozenset[str]) -> QueryRefused:
    if not services:
        return QueryRefused("SERVICE is refused: this endpoint does not ask others; query them yourself")
    known = " ".join(f"<{address}>" for address in sorted(services))
    return QueryRefused("SERVICE is refused, except for {known}, written out in full", known=known)


def _asked(tokens: list[tuple[str, str]], index: int) -> str:
    """The address behind SERVICE where it is written out as an IRI, else nothing."""
    following = [each for each in tokens[index + 1 : index + 3] if each[1].casefold() != "silent"]
    return following[0][1][1:-1] if following and tokens[index][0] == "word" and following[0][0] == "iri" else ""


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "open":
            # Nothing behind it is looked at: read on, it could take the square of its length.
            line, start = text.count("\n", 0, match.start()) + 1, text.rfind("\n", 0, match.start())
            raise QueryError(
                "line {line}, column {column}: a text that is not closed", line=line, column=match.start() - start
            )
        if kind == "bracket":
            depth += 1 if match.group() in "{([" else -1
            if depth > MAX_DEPTH:
                raise QueryRefused("brackets are nested deeper than {limit} levels; narrow the query", limit=MAX_DEPTH)
        elif kind not in {"skip", "text"}:
            yield kind, match.group()


def _keyword(kind: str, token: str) -> str:
    """The keyword that a token is or may be read as: Oxigraph takes `SERVICE:x` for SERVICE and `:x`."""
    if kind == "word":
        return token.casefold()
    prefix = token.partition(":")[0].casefold() if kind == "name" else ""
    return prefix if prefix in {"service", "from", "silent"} else ""


def _prefixes(tokens: list[tuple[str, str]], base: str) -> dict[str, str]:
    """What prefixes stand for; under "<" what relative IRIs stand to."""
    found = {"<": base}
    for (kind, word), (_, name), (_, iri) in zip(tokens, tokens[1:], [*tokens[2:], ("", "")], strict=False):
        if kind == "word" and word.casefold() == "prefix":
            found[name.removesuffix(":")] = urljoin(found["<"], iri[1:-1])
        elif kind == "word" and word.casefold() == "base":
            found["<"] = urljoin(found["<"], name[1:-1])
    return found


def _graph(tokens: list[tuple[str, str]], index: int, names: dict[str, str]) -> str:
    """The IRI behind FROM or FROM NAMED, empty where there is none; the parser will say so."""
    following = [token for _, token in tokens[index + 1 : index + 3] if token.casefold() != "named"]
    target = following[0] if following and ":" not in tokens[index][1] else tokens[index][1].partition(":")[2]
    if target.startswith("<"):
        return urljoin(names["<"], target[1:-1])
    prefix, _, local = target.partition(":")
    return names.get(prefix, "") + local
