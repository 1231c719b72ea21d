"""The OpenAPI description of the JSON API: served to programs, and what requests are checked against."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from werkzeug.datastructures import MultiDict

from kg.errors import InvalidRequest

Schema = dict[str, Any]


def text() -> str:
    """The description as YAML."""
    return (files("search_app") / "openapi.yaml").read_text(encoding="utf-8")


@cache
def document() -> Schema:
    """The description as an object."""
    parsed: Schema = yaml.safe_load(text())
    return parsed


@cache
def parameters(operation: str) -> dict[str, Schema]:
    """The query parameters of an operation by name."""
    for path in document()["paths"].values():
        if path["get"]["operationId"] == operation:
            described = [_resolved(parameter) for parameter in path["get"]["parameters"]]
            return {parameter["name"]: parameter for parameter in described if parameter["in"] == "query"}
    raise KeyError(operation)


def operations() -> tuple[tuple[str, str, tuple[Schema, ...]], ...]:
    """Path, summary and parameters of every operation, for people."""
    return tuple(
        (path, described["get"]["summary"], tuple(_resolved(each) for each in described["get"]["parameters"]))
        for path, described in document()["paths"].items()
    )


def _resolved(parameter: Schema) -> Schema:
    """The parameter, with references to components followed, in its schema too."""
    found: Schema = _follow(parameter)
    return found | {"schema": _follow(found["schema"])}


def _follow(value: Schema) -> Schema:
    while "$ref" in value:
        node = document()
        for part in value["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        value = node
    return value


def check(operation: str, args: MultiDict[str, str]) -> None:
    """Raises InvalidRequest where the query parameters are not as the operation describes them."""
    described = parameters(operation)
    if unknown := sorted(set(args) - set(described)):
        raise InvalidRequest(
            "unknown parameter {name}; this address takes {known}",
            name=", ".join(unknown),
            known=", ".join(described),
        )
    for name, parameter in described.items():
        values = args.getlist(name)
        if parameter.get("required") and not values:
            raise InvalidRequest("parameter {name} is missing", name=name)
        schema = parameter["schema"]
        if schema["type"] != "array" and len(values) > 1:
            raise InvalidRequest("parameter {name} may be given once only", name=name)
        for value in values:
            _check_value(name, value, schema.get("items", schema))


def _check_value(name: str, value: str, schema: Schema) -> None:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise InvalidRequest("parameter {name} contains a NUL character", name=name)
    if "enum" in schema and value not in schema["enum"]:
        known = ", ".join(schema["enum"])
        raise InvalidRequest("parameter {name}: {value!r} is not one of {known}", name=name, value=value, known=known)
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1_000):
        raise InvalidRequest("parameter {name} is empty or too long", name=name)
    if schema["type"] == "integer" and not _in_range(value, schema["minimum"], schema["maximum"]):
        raise InvalidRequest(
            "parameter {name}: {value!r} is not a whole number from {least} to {most}",
            name=name,
            value=value,
            least=schema["minimum"],
            most=schema["maximum"],
        )


def _in_range(value: str, least: int, most: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most
