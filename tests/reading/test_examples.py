"""The example documents are typeset the same way every time, and read back whole."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import read
from ingest.sources import describe, expand
from kg.model import Document, Role
from kg.settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    runpy.run_path(str(EXAMPLES / "render.py"))["render"](folder)
    return folder


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return tomllib.loads((EXAMPLES / "facts.toml").read_text(encoding="utf-8"))


def documents(folder: Path) -> dict[str, Document]:
    found = {}
    for request in expand([str(folder)]):
        path = Path(request.location)
        found[path.name], issues = read(path, describe(request, path, ""), Settings())
        assert request.municipality
        assert not issues
    return found


def test_the_same_bytes_every_time(rendered: Path, tmp_path: Path) -> None:
    runpy.run_path(str(EXAMPLES / "render.py"))["render"](tmp_path)
    names = sorted(path.name for path in rendered.iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / name).read_bytes() == (rendered / name).read_bytes()


def test_every_fact_can_be_read_back(rendered: Path, facts: dict[str, Any]) -> None:
    read_back = documents(rendered)
    deck = facts["deck"][0]
    found = [passage.text for passage in read_back[deck["file"]].passages]
    goals = [goal for topic in deck["topics"] for goal in topic["goals"]]
    assert len(goals) == 45
    for goal in goals:
        assert f"{goal['number']}. {goal['title']}" in found
        assert "; ".join(goal["areas"]) in found
    page = read_back[facts["page"][0]["file"]]
    assert [passage.text for passage in page.passages if passage.level == 3] == [
        f"{measure['number']} {measure['title']}" for measure in facts["page"][0]["measures"]
    ]
    for table in facts["table"]:
        cells = [passage.text for passage in read_back[table["file"]].passages if passage.role is Role.CELL]
        assert cells == [cell for row in [table["headers"], *table["rows"]] for cell in row if cell]
        assert len(table["rows"]) >= 25
