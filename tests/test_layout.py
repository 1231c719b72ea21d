"""The house rules that a linter does not know: sizes of files and functions, and packages that stay where they are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kg", "ingest", "search_app")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 340
LONGEST_FUNCTION = 60


def test_the_sources_are_found():
    assert len(SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE, "split this file: one purpose a module"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"split {node.name}: {length} lines"


def test_no_module_reads_the_environment_when_it_is_imported():
    for path in SOURCES:
        module = ast.parse(path.read_text(encoding="utf-8"))
        outside = [node for node in module.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        assert not any("environ" in ast.dump(node) for node in outside), path
