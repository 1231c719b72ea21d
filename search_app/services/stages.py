"""Results of the stages of a build, kept by what they were made from: content, options and our own code."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def code_version(*packages: str) -> str:
    """A hash over all files of these packages: when our code or data changes, cached results are made again."""
    digest = hashlib.sha256()
    for package in packages:
        root = Path(str(files(package)))
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def key(*parts: str) -> str:
    """The key of a result: a hash of what it was made from."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def digest(data: bytes) -> str:
    """A hash of bytes, for use in keys."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> int:
    """Writes a file, given whole or in pieces, that is either there as a whole or not at all; says how many bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with partial.open("wb") as file:
            size = sum(file.write(piece) for piece in ([data] if isinstance(data, bytes) else data))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return size
