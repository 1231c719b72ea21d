"""Growth is measured on made-up plans, and publishing one changed plan writes what changed."""

from kg.benchmarks import corpus
from search_app.services import generation, scale

TOWNS = 3


def test_the_same_seed_gives_the_same_plan():
    assert corpus.plan("Torgau", 9, "0/1") == corpus.plan("Torgau", 9, "0/1") != corpus.plan("Torgau", 9, "0/2")


def test_growth_is_measured_and_a_change_writes_what_changed(tmp_path, settings):
    growth = scale._measure(tmp_path, TOWNS, 3, settings)
    assert growth.towns == TOWNS
    assert growth.items > TOWNS * 3
    assert growth.triples > growth.items * 50
    assert set(growth.milliseconds) >= {*scale.QUERIES, "search", "similar", "compare", "matrix of ten towns"}
    assert set(growth.stages) == {"Reading", "Linking", "Checking the graph", "Writing the graph", "Indexing"}

    workspace = tmp_path / "workspace"
    made = {folder.name: len(list(folder.iterdir())) for folder in (workspace / "cache").iterdir()}
    assert made == dict.fromkeys(("alignments", "documents", "extracted", "graphs", "reports"), TOWNS + 1)
    after, before = (known.directory for known in generation.kept(workspace))
    for folder, pattern in (("documents", "*.json"), ("plans", "*.json"), ("store", "*.sst")):
        old = {path.stat().st_ino for path in (before / folder).glob(pattern)}
        fresh = [path.name for path in (after / folder).glob(pattern) if path.stat().st_ino not in old]
        assert len(fresh) < len(old), (folder, fresh)
        assert folder == "store" or len(fresh) == 1
