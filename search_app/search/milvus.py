"""Vectors in Milvus, which the extra `milvus` installs: a collection per generation, on a server or in a file.

A server (http://host:19530) holds the collections of several generations, and the alias names the one that serves.
A file (name.db) is opened by one process at a time, so each generation has a file of its own, `name-<generation>.db`.
The token of a server comes from the variable INSEK_VECTORS_TOKEN.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

# Until there is a connection, for a search, and for each other call: moving millions of vectors takes minutes.
_SECONDS, _SEARCH_SECONDS, _CALL_SECONDS = 10.0, 5.0, 300.0
_WAITS = (0.2, 1.0)
_AT_ONCE = 1_000
_MOST_FOUND = 16_384
_MISSING = "vectors {address}: needs Milvus; pip install 'insek-graph[milvus]'"
_FAILED = "vectors {address}: Milvus does not do as asked ({reason}); what is published is still served"


class Collection:
    """The vectors of one generation. Raises EngineError, with the address, where Milvus is missing, down or refuses."""

    def __init__(self, address: str, name: str) -> None:
        self.name, self._address = name, address
        self._client = _open(str(_file(address, name)) if _is_file(address) else address, address)

    def create(self, dimension: int) -> None:
        """Makes an empty collection of that name, in place of one that was left half-written."""
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("unit", DataType.INT64, is_primary=True)
        schema.add_field("row", DataType.INT64)
        schema.add_field("document", DataType.VARCHAR, max_length=128)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        index = self._client.prepare_index_params()
        index.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
        self._ask("drop_collection", self.name)
        self._ask("create_collection", self.name, schema=schema, index_params=index)

    def upsert(self, document: str, units: Ints, rows: Ints, vectors: Floats) -> None:
        """Replaces the vectors of a document, shape (n, dimension), by their unit and the row of their item."""
        self.delete(document)
        for start in range(0, len(units), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            columns = zip(units[part].tolist(), rows[part].tolist(), vectors[part], strict=True)
            data = [{"unit": u, "row": r, "document": document, "vector": v} for u, r, v in columns]
            self._ask("upsert", self.name, data)

    def delete(self, document: str) -> None:
        """Removes the vectors of a document."""
        self._ask("delete", self.name, filter=f'document == "{document}"')

    def finish(self) -> None:
        """Makes all that was written searchable."""
        self._ask("flush", self.name)
        self._ask("load_collection", self.name)

    def search(self, query: Floats, rows: Ints | None, limit: int) -> Ints:
        """The units most similar to the query, best first, among those of `rows` or all."""
        import numpy as np

        found = self._ask(
            "search",
            self.name,
            [query],
            filter="" if rows is None else f"row in {rows.tolist()}",
            limit=min(limit, _MOST_FOUND),
            output_fields=["unit"],
            consistency_level="Strong",
            seconds=_SEARCH_SECONDS,
        )
        return np.asarray([hit["unit"] for hit in found[0]], np.int64)

    def serve(self, alias: str, prefix: str, kept: Container[str]) -> None:
        """Points the alias here, and removes collections whose names begin with `prefix` and are not among `kept`."""
        if _is_file(self._address):
            for file in _file(self._address, prefix).parent.glob(f"{_stem(self._address)}-{prefix}*"):
                if file.stem.removeprefix(f"{_stem(self._address)}-") not in kept:
                    _remove(file)
            return
        known = self._ask("list_aliases").get("aliases", [])
        self._ask("alter_alias" if alias in known else "create_alias", self.name, alias)
        for name in self._ask("list_collections"):
            if name.startswith(prefix) and name not in kept:
                self._ask("drop_collection", name)

    def close(self) -> None:
        """Ends the connection; a file may be opened elsewhere then."""
        self._client.close()

    def _ask(self, what: str, *values: object, seconds: float | None = None, **options: object) -> Any:
        """What the client's method of that name answers within the deadline, asked three times where it fails.

        All that is asked here may be asked again: a second time changes nothing.
        """
        for wait in (*_WAITS, None):
            try:
                return getattr(self._client, what)(*values, timeout=seconds or _CALL_SECONDS, **options)
            except _failures() as error:
                if wait is None:
                    raise EngineError(_FAILED, address=self._address, reason=_brief(error)) from error
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def _open(uri: str, address: str) -> Any:
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise EngineError(_MISSING, address=address) from error
    # Both print a traceback for each error that is caught here, and for what the file form does not know.
    for name in ("pymilvus", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return MilvusClient(uri, token=os.environ.get("INSEK_VECTORS_TOKEN", ""), timeout=_SECONDS)
    except _failures() as error:
        raise EngineError(_FAILED, address=address, reason=_brief(error)) from error


def _failures() -> tuple[type[Exception], ...]:
    """What the client raises: its own errors, those of its connection, and what it makes of answers of others."""
    import grpc
    from pymilvus import MilvusException

    return MilvusException, grpc.RpcError, OSError, ValueError, TypeError, LookupError, AttributeError


def _is_file(address: str) -> bool:
    return not address.startswith(("http://", "https://"))


def _stem(address: str) -> str:
    return Path(address).stem


def _file(address: str, name: str) -> Path:
    return Path(address).with_name(f"{_stem(address)}-{name}.db")


def _remove(path: Path) -> None:
    import shutil

    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _brief(error: Any) -> str:
    said = f"{error.code().name}: {error.details()}" if hasattr(error, "details") else str(error)
    return " ".join(said.split())[:200]
