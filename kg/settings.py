"""Every setting, its default and its meaning, in one frozen object that is given in and never imported."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kg.errors import InvalidRequest

_PREFIX = "INSEK_"
_SHORTEST_TOKEN = 16


def _meaning(text: str) -> dict[str, str]:
    return {"meaning": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Values come from `insek.toml` in the workspace, then `INSEK_…` variables, then options."""

    workspace: Path = field(default=Path("workspace"), metadata=_meaning("folder of published generations and caches"))
    base_iri: str = field(default="https://w3id.org/insek/", metadata=_meaning("what all IRIs of ours start with"))
    encoder: str = field(
        default="builtin:e5-small",
        metadata=_meaning("sentence encoder: builtin:e5-small, dummy, or a Hugging Face model name"),
    )
    pdf_reader: str = field(default="pdfminer", metadata=_meaning("reader of PDF text: pdfminer or pdfium (fast)"))
    ocr: str = field(default="auto", metadata=_meaning("read scanned pages with Tesseract: auto, off"))
    engine: str = field(
        default="local",
        metadata=_meaning("what reads, maps and encodes: local (this machine), or a Dask scheduler: dask://host:port"),
    )
    jobs: int = field(default=1, metadata=_meaning("processes that read documents side by side"))
    document_seconds: float = field(default=600.0, metadata=_meaning("deadline for reading one document"))
    document_megabytes: int = field(default=8000, metadata=_meaning("most memory that reading one document may take"))
    max_source_bytes: int = field(default=200_000_000, metadata=_meaning("largest source that is read"))
    fetch_seconds: float = field(default=60.0, metadata=_meaning("deadline for fetching one address"))
    fetch_private: bool = field(default=False, metadata=_meaning("allow fetching from private and loopback addresses"))
    store: str = field(
        default="embedded",
        metadata=_meaning("where SPARQL is answered: embedded, or the address of a SPARQL 1.1 query endpoint"),
    )
    vectors: str = field(
        default="faiss",
        metadata=_meaning("what searches vectors: faiss, or Milvus: a file (name.db) or a server (http://host:19530)"),
    )
    query_seconds: float = field(default=20.0, metadata=_meaning("deadline of a SPARQL query that asks for none"))
    query_seconds_most: float = field(default=60.0, metadata=_meaning("longest deadline that a client may ask for"))
    query_rows: int = field(default=10_000, metadata=_meaning("most rows that a SPARQL query answers"))
    query_megabytes: int = field(default=2048, metadata=_meaning("most memory that a SPARQL query may take"))
    query_processes: int = field(default=2, metadata=_meaning("processes that answer short SPARQL queries, and long"))
    query_waiting: int = field(default=64, metadata=_meaning("SPARQL queries that may wait for a free process"))
    query_services: str = field(
        default="", metadata=_meaning("addresses that SERVICE may ask, separated by blanks; none by default")
    )
    rate_limit: str = field(
        default="600/minute", metadata=_meaning("requests that one client may send; empty: any number")
    )
    unlimited_clients: str = field(
        default="127.0.0.1 ::1", metadata=_meaning("addresses of clients without that limit, separated by blanks")
    )
    trusted_proxy: str = field(
        default="", metadata=_meaning("address of the reverse proxy that says who a client is; empty: nobody says it")
    )
    access_log: bool = field(default=True, metadata=_meaning("write a line for each request, without personal data"))
    editor_token: str = field(
        default="",
        repr=False,
        metadata=_meaning("secret that lets people add plans and corrections in the browser; empty: nobody")
        | {"secret": True},
    )
    publisher: str = field(default="INSEK-Graph", metadata=_meaning("who publishes the data, for catalogues and pages"))
    contact: str = field(
        default="", metadata=_meaning("where to reach the publisher: mailto:name@example.org or an https address")
    )
    contributor: str = field(
        default="", metadata=_meaning("IRI that names the publisher at GovData (dcatde:contributorID)")
    )
    host: str = field(default="127.0.0.1", metadata=_meaning("address that the web app listens on"))
    port: int = field(default=8000, metadata=_meaning("port that the web app listens on"))

    @property
    def towns(self) -> Path | None:
        """The file of towns that were added in this workspace, None where none were."""
        path = self.workspace / "towns.ttl"
        return path if path.is_file() else None

    @property
    def cluster(self) -> str | None:
        """The address of the Dask scheduler that documents are sent to, None where this machine works alone."""
        return None if self.engine == "local" else self.engine

    @property
    def milvus(self) -> str | None:
        """The address of Milvus, None where FAISS searches vectors."""
        return None if self.vectors == "faiss" else self.vectors

    @property
    def remote_store(self) -> str | None:
        """The address of the SPARQL endpoint that is asked instead of the generation's own store, None for that."""
        return self.store if self.store.startswith(("http://", "https://")) else None

    def __post_init__(self) -> None:
        if not self.base_iri.startswith(("http://", "https://")) or not self.base_iri.endswith(("/", "#")):
            raise InvalidRequest(
                "setting base_iri: {value!r} is not an http address that ends in /", value=self.base_iri
            )
        if self.remote_store is None and self.store not in ("", "embedded"):
            raise InvalidRequest(
                "setting store: {value!r} is neither 'embedded' nor an http address of a SPARQL query endpoint",
                value=self.store,
            )
        if self.cluster and not re.fullmatch(r"dask://[^/:]+:\d{1,5}", self.cluster):
            raise InvalidRequest(
                "setting engine: {value!r} is neither 'local' nor the address of a Dask scheduler, dask://host:port",
                value=self.engine,
            )
        if self.contact and not re.fullmatch(r"(https?://|mailto:[^@\s]+@)[^\s<>\"]+", self.contact):
            raise InvalidRequest(
                "setting contact: {value!r} is neither mailto:name@example.org nor an http address", value=self.contact
            )
        if self.contributor and not re.fullmatch(r"https?://[^\s<>\"]+", self.contributor):
            raise InvalidRequest("setting contributor: {value!r} is not an http address", value=self.contributor)
        if self.editor_token and len(self.editor_token) < _SHORTEST_TOKEN:
            raise InvalidRequest(
                "setting editor_token: shorter than {least} characters, so it could be guessed", least=_SHORTEST_TOKEN
            )
        if self.milvus and not (self.milvus.startswith(("http://", "https://")) or self.milvus.endswith(".db")):
            raise InvalidRequest(
                "setting vectors: {value!r} is neither 'faiss' nor a file of Milvus (name.db) nor its http address",
                value=self.vectors,
            )
        if self.jobs < 1:
            raise InvalidRequest("setting jobs: {value} is not a positive number of processes", value=self.jobs)


def load_settings(environment: Mapping[str, str] | None = None, **options: Any) -> Settings:
    """Settings from the workspace's `insek.toml`, then `INSEK_…` variables, then options that are not None.

    Raises InvalidRequest for an unknown name or a value of the wrong type.
    """
    environment = os.environ if environment is None else environment
    variables = {
        key.removeprefix(_PREFIX).lower(): value for key, value in environment.items() if key.startswith(_PREFIX)
    }
    known = {setting.name: setting for setting in fields(Settings)}
    values: dict[str, object] = {name: text for name, text in variables.items() if name in known}
    values |= {name: value for name, value in options.items() if value is not None}
    folder = Path(str(values.get("workspace", known["workspace"].default)))
    values = _from_file(folder / "insek.toml") | values
    if unknown := sorted(set(values) - set(known)):
        raise InvalidRequest(
            "unknown setting {name!r}; 'insek settings' lists those that exist", name=", ".join(unknown)
        )
    return Settings(**{name: _typed(name, known[name].default, value) for name, value in values.items()})


def store_credentials(address: str) -> tuple[str, str]:
    """User and password for a SPARQL server: from INSEK_STORE_USER and INSEK_STORE_PASSWORD, else from the address."""
    parts = urlsplit(address)
    user = os.environ.get("INSEK_STORE_USER") or unquote(parts.username or "")
    return user, os.environ.get("INSEK_STORE_PASSWORD") or unquote(parts.password or "")


def _from_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest("{path}: not a valid TOML file: {reason}", path=path, reason=error) from error


def _typed(name: str, default: Any, value: object) -> Any:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        text = str(value).lower()
        if text not in {"1", "true", "yes", "0", "false", "no"}:
            raise InvalidRequest("setting {name}: {value!r} is neither true nor false", name=name, value=value)
        return text in {"1", "true", "yes"}
    try:
        return type(default)(value) if not isinstance(default, Path) else Path(str(value))
    except (TypeError, ValueError) as error:
        raise InvalidRequest(
            "setting {name}: {value!r} is not of type {kind}", name=name, value=value, kind=type(default).__name__
        ) from error
