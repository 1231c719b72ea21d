"""The door answers as the text of SPARQL 1.1 Query Language says, and as Oxigraph does by itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.sparql.pool import Pool
from kg.sparql.run import query

FILE = Path(__file__).with_name("sparql_cases.toml")
ALL = tomllib.loads(FILE.read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["of"]) for case in ALL["case"]]


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    directory = tmp_path_factory.mktemp("standard") / "store"
    store = ox.Store(str(directory))
    store.load(ALL["data"], ox.RdfFormat.TRIG)
    store.flush()
    del store
    pool = Pool(directory, size=1)
    yield pool
    pool.close()


def test_no_case_is_lost():
    assert len(CASES) >= 80


@pytest.mark.parametrize("case", CASES)
def test_a_case_of_the_standard(pool, case):
    text = ALL["prefixes"] + case["query"]
    if not {"rows", "graph", "yes"} & set(case):
        with pytest.raises(QueryError):
            query(pool, text, seconds=10, rows=100)
        return
    found = query(pool, text, seconds=10, rows=100)
    assert not found.truncated
    if "yes" in case:
        assert found.boolean is case["yes"]
    elif "graph" in case:
        assert sorted(found.body.decode().splitlines()) == sorted(f"{triple} ." for triple in case["graph"])
    else:
        lines = found.body.decode().split("\n")[1:-1]
        assert (lines if case.get("ordered") else sorted(lines)) == (
            case["rows"] if case.get("ordered") else sorted(case["rows"])
        )
