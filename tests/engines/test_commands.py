"""What the command line says of engines that are down, and that it answers from what is published."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cluster_work import PLAN

from search_app.cli import main


def call(workspace: Path, *arguments: str, **variables: str) -> Result:
    environment = {"INSEK_ENCODER": "dummy", "INSEK_WORKSPACE": str(workspace), **variables}
    return CliRunner().invoke(main, [*arguments], env=environment)


@pytest.mark.parametrize(
    ("setting", "address", "said"),
    [
        ("INSEK_ENGINE", "dask://127.0.0.1:9", "dask://127.0.0.1:9"),
        ("INSEK_VECTORS", "http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("INSEK_STORE", "http://127.0.0.1:9/query", "http://127.0.0.1:9/store"),
    ],
)
def test_an_engine_that_is_down_ends_a_build_with_one_and_search_goes_on(
    setting, address, said, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("ingest.cluster._CONNECT_SECONDS", 2.0)
    monkeypatch.setattr("search_app.search.milvus._SECONDS", 2.0)
    plans = [tmp_path / "torgau.txt", tmp_path / "ulm.txt"]
    for plan, town in zip(plans, ("Torgau", "Ulm"), strict=True):
        plan.write_text(PLAN.format(town=town, number=1), encoding="utf-8")
    workspace = tmp_path / "w"
    assert call(workspace, "build", str(plans[0])).exit_code == 0
    refused = call(workspace, "build", str(plans[1]), **{setting: address})
    assert refused.exit_code == 1
    assert said in refused.stderr
    found = call(workspace, "search", "Bäume", "--format", "json", **{setting: address})
    assert found.exit_code == 0
    assert "Torgau" in found.stdout
    assert "Ulm" not in found.stdout
