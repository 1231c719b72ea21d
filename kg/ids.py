"""Identifiers that stay the same across rebuilds and machines."""

from __future__ import annotations

import hashlib
import json

_DIGITS = 12


def make_id(kind: str, *parts: str | int | None) -> str:
    """An identifier `kind-xxxxxxxxxxxx`: twelve hexadecimal digits of the SHA-256 of the JSON list of all parts.

    A JSON list keeps ("a", "bc") and ("ab", "c") apart, which a plain join would not.
    """
    payload = json.dumps([kind, *parts], ensure_ascii=False, separators=(",", ":"))
    return f"{kind}-{hashlib.sha256(payload.encode()).hexdigest()[:_DIGITS]}"


def iri_path(identifier: str) -> str:
    """The path of an identifier below the base IRI: `goal-12ab…` becomes `id/goal/12ab…`."""
    kind, _, digits = identifier.rpartition("-")
    if not kind or not digits:
        raise ValueError(f"not an identifier of ours: {identifier!r}")
    return f"id/{kind}/{digits}"


def id_from_iri(iri: str) -> str | None:
    """The identifier that an IRI of ours carries, or None for any other IRI."""
    _, found, rest = iri.rpartition("/id/")
    kind, _, digits = rest.partition("/")
    return f"{kind}-{digits}" if found and kind and digits and "/" not in digits else None
