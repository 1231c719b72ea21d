"""Everything that can go wrong and is not a programmer's mistake.

An error keeps its English message as a template beside its parameters, so that the two edges, command line and
web, can translate it. The command line prints it and exits 1; the web turns it into a status and one envelope.
"""

from __future__ import annotations

import logging


class InsekError(Exception):
    """Base of all errors of this project: what is wrong, where, and what to do, in one line."""

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template, params)
        self.template = template
        self.params = params

    def __str__(self) -> str:
        return self.template.format(**self.params)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.template, self.params)


def _rebuild(kind: type[InsekError], template: str, params: dict[str, object]) -> InsekError:
    return kind(template, **params)


class SourceError(InsekError):
    """A source that cannot be read."""


class UnknownMunicipality(InsekError):
    """A town that the gazetteer does not know, or a document that names none."""


class NotPublished(InsekError):
    """No generation has been published in this workspace yet."""


class NotFound(InsekError):
    """No item, document or concept of that name."""


class InvalidRequest(InsekError):
    """A query, filter or option that cannot be used as given."""


class InvalidGraph(InsekError):
    """A graph that breaks a rule, such as an item without evidence."""


class QueryError(InsekError):
    """A SPARQL query that cannot be parsed; `line` and `column` count from 1 where known."""

    def __init__(self, template: str, *, line: int | None = None, column: int | None = None, **params: object) -> None:
        super().__init__(template, line=line, column=column, **params)
        self.line = line
        self.column = column


class QueryRefused(InsekError):
    """A SPARQL query that would write, or reach out of the published graph."""


class QueryTimeout(InsekError):
    """A SPARQL query that was stopped at its deadline."""


class QueryBusy(QueryTimeout):
    """A SPARQL query that was not begun, because too many others were at work; it may be sent again."""


class IndexMismatch(InsekError):
    """An index that was built with another model or by another version."""


class EngineError(InsekError):
    """An engine (encoder, store, vector index) that is missing or does not answer."""

    def log(self) -> None:
        """Tells the log of engines, where something else takes over."""
        logging.getLogger("insek.engines").warning("%s", self)
