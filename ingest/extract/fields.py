"""Labels of facts about measures, as `fields.toml` lists them: which fact does a label name?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ingest.extract.names import fold, key

NONE = "none"
FACTS = ("priority", "period", "cost", "responsible", "partners", "status", "indicator")
_LONGEST_LABEL = 90
_BRACKETS = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?")
_FIGURES = re.compile(r"(?<=[^\W\d_])\s+(?=(?:(?:ca\.|rd\.|rund|bis|ab|etwa)\s+)?\d)")
_SLASH = re.compile(r"\s*/\s*|\s+\|\s+")


@cache
def knowledge() -> dict[str, Any]:
    """What `fields.toml` holds."""
    return tomllib.loads(files("ingest.extract").joinpath("fields.toml").read_text(encoding="utf-8"))


_LEFT_OUT: ContextVar[frozenset[str]] = ContextVar("labels left out", default=frozenset())


@contextmanager
def without(keys: frozenset[str]) -> Iterator[None]:
    """A block in which these labels, by their keys, are unknown, as if no document that uses them had been seen."""
    token = _LEFT_OUT.set(keys)
    _forget()
    try:
        yield
    finally:
        _LEFT_OUT.reset(token)
        _forget()


def _forget() -> None:
    _labels.cache_clear()
    label_fields.cache_clear()


def label_keys(text: str) -> frozenset[str]:
    """The keys of the labels that a text names, whole or part by part."""
    bare = _BRACKETS.sub(" ", text.partition(":")[0]).strip(" :*•-–\t\n")
    if len(bare) > _LONGEST_LABEL:
        return frozenset()
    forms = (form for part in (bare, *_SLASH.split(bare)) for form in (key(part), _core(part)))
    return frozenset(form for form in forms if form in _labels())


@cache
def _labels() -> dict[str, str]:
    known: dict[str, str] = {}
    for field, names in knowledge()["labels"].items():
        for name in names:
            for form in (key(name), _core(name)):
                if form and form not in _LEFT_OUT.get():
                    known.setdefault(form, field)
    return known


@cache
def _beside() -> frozenset[str]:
    return frozenset(fold(word) for word in knowledge()["beside"]["words"])


def _core(text: str) -> str:
    """The key of a label without words that may stand beside any label, and without what has digits."""
    words = re.findall(r"[a-z0-9€&]+", fold(text))
    return "".join(w for w in words if w not in _beside() and not any(c.isdigit() for c in w))


@lru_cache(maxsize=50_000)
def label_fields(text: str) -> tuple[str, ...]:
    """The facts that a whole text names as a label: ("topic", "number") for "Handlungsfeld / Nr.", else empty."""
    bare = _BRACKETS.sub(" ", text).strip(" :*•-–\t\n")
    if not bare or len(bare) > _LONGEST_LABEL or not re.search(r"[^\W\d_]|#", bare) or re.search(r":\s*\S", bare):
        return ()
    whole = _one(bare)
    if whole:
        return (whole,)
    parts = [_one(part) for part in _SLASH.split(bare)]
    found = tuple(part for part in parts if part)
    return found if len(found) == len(parts) else ()


def _one(text: str) -> str | None:
    known = _labels()
    return known.get(key(text)) or known.get(_core(text)) if key(text) or "#" in text else None


def inline_label(text: str) -> tuple[tuple[str, ...], int] | None:
    """The facts that the words before a colon, or before figures, name, and where the value begins: "Träger: Stadt"
    gives 8, "Kosten ca. 20.000 €" gives 7."""
    head, colon, rest = text.partition(":")
    if colon and len(head) <= _LONGEST_LABEL and (fields := label_fields(head)):
        return fields, len(head) + 1 + len(rest) - len(rest.lstrip())
    match = _FIGURES.search(text)
    if match and "\n" not in text and (fields := label_fields(text[: match.start()])):
        return fields, match.end()
    return None


def question_field(text: str) -> str | None:
    """The fact that a form's question asks for, "" where only the label above tells, None where it is no question."""
    stripped = text.strip()
    if not stripped.endswith("?") or len(stripped) > 300:
        return None
    folded = fold(stripped)
    for field, cues in knowledge()["questions"].items():
        if any(fold(cue) in folded for cue in cues):
            return str(field)
    return ""
