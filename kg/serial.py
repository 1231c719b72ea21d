"""Our types as JSON and back, for caches and generations. msgspec knows dataclasses, so no code of ours is needed."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def to_json(value: object) -> bytes:
    """UTF-8 JSON of a dataclass, list or tuple of ours."""
    return msgspec.json.encode(value)


def from_json(data: bytes, kind: type[T]) -> T:
    """The value that `to_json` wrote. Raises `msgspec.ValidationError` where the JSON does not fit the type."""
    return msgspec.json.decode(data, type=kind)
