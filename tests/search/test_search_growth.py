"""What a question or a change touches does not grow with what is published."""

from contextlib import contextmanager

import numpy as np
import pytest

from kg.model import Alignment, Entry, Kind, LinkMethod, Measure, Municipality, Scheme
from search_app.compare import against_size_class, compare, matrix
from search_app.search import bench, catalog_file, index
from search_app.search.arrays import ArrayWriter
from search_app.search.catalog_file import Change
from search_app.search.counterparts import similar
from search_app.search.encoder import DummyEncoder
from search_app.search.engine import Engine

GOALS = [f"http://metadata.un.org/sdg/{number}" for number in range(1, 6)]


def plan(number, measures=6):
    """The entries of one town's plan; each measure is linked to two of five concepts."""
    town = Municipality(f"{number:08d}", f"Stadt {number}", "Sachsen", population=20_000)
    for place in range(measures):
        key = f"measure-{number:06x}{place:06x}"
        links = tuple(
            Alignment(key, GOALS[(place + shift) % 5], Scheme.SDG, "1", LinkMethod.STATED, "1", 1.0, accepted=True)
            for shift in (0, 1)
        )
        item = Measure(id=key, plan_id=f"plan-{number:012x}", label=f"Ausbau der Radwege {number}.{place}")
        yield Entry(item, Kind.MEASURE, town, "Plan", f"document-{number:012x}", links)


def published(directory, plans, change=None):
    directory.mkdir()
    entries = [entry for one in plans for entry in one]
    catalog_file.write(directory, entries, change=change)
    index.build(directory, entries, DummyEncoder(), change and change.previous, change=change)
    return Engine(directory, DummyEncoder())


@contextmanager
def statements(engine):
    """The SQL that the catalogue is asked."""
    asked = []
    engine.catalog._connection.set_trace_callback(asked.append)
    yield asked
    engine.catalog._connection.set_trace_callback(None)


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """Six towns, and sixty."""
    folder = tmp_path_factory.mktemp("growth")
    return [published(folder / str(towns), [plan(number) for number in range(towns)]) for towns in (6, 60)]


def test_a_question_asks_the_catalogue_as_often_however_much_there_is(engines):
    towns = [f"{number:08d}" for number in range(5)]
    questions = {
        "matrix": lambda engine: matrix(engine.catalog, towns),
        "compare": lambda engine: compare(engine, *towns[:2]),
        "similar": lambda engine: similar(engine, f"measure-{0:012x}", k=3),
        "search": lambda engine: engine.search("Radwege 3.1"),
        "counts": lambda engine: (engine.catalog.tally.by_concept(), engine.catalog.tally.by_kind()),
    }
    for name, question in questions.items():
        counts = []
        for engine in engines:
            with statements(engine) as asked:
                question(engine)
            counts.append(len(asked))
        assert counts[1] <= counts[0] <= 60, (name, counts)
    small, large = (matrix(engine.catalog, towns) for engine in engines)
    assert small == large
    assert {len(cell.examples) for row in large for cell in row.cells} == {2, 3}


def test_a_change_rewrites_the_terms_of_what_changed_only(tmp_path, monkeypatch):
    published(tmp_path / "before", [plan(number) for number in range(30)])
    written = []
    put = catalog_file._Writer._put
    monkeypatch.setattr(
        catalog_file._Writer, "_put", lambda self, term, *rows: (written.append(term), put(self, term, *rows))
    )
    change = Change(tmp_path / "before", (f"document-{7:012x}",), (f"plan-{7:012x}",))
    after = published(tmp_path / "after", [plan(7, measures=2)], change)
    names = set(written)
    assert f"document:document-{7:012x}" in names
    assert not any(name.startswith(("document:", "plan:", "town:")) and not name.endswith("7") for name in names)
    assert after.catalog.size == 29 * 6 + 2


def test_a_copied_array_grows_and_the_first_stays(tmp_path):
    first, second = np.arange(12, dtype=np.float16).reshape(4, 3), np.ones((100_000, 3), np.float16)
    for name, previous, rows in (("a.npy", None, first), ("b.npy", tmp_path / "a.npy", second)):
        writer = ArrayWriter(tmp_path / name, "<f2", 3, previous)
        writer.add(rows)
        writer.close()
    assert (np.load(tmp_path / "a.npy") == first).all()
    assert (np.load(tmp_path / "b.npy", mmap_mode="r") == np.concatenate([first, second])).all()


def test_the_benchmark_adds_a_document_and_finds_what_is_nearest():
    found = dict(bench.bench_search(300, DummyEncoder()))
    assert found["items"] == 300
    assert found["recall"] == found["recall_in_a_land"] == 1.0
    assert found["added_seconds"] > 0
    assert "txtai_by_ours" not in found


def test_a_town_stands_beside_the_mean_of_its_size_class(engines):
    catalog = engines[0].catalog
    mean, counted = catalog.tally.mean_shares((Kind.MEASURE,), [*(f"{number:08d}" for number in range(5)), "99999999"])
    assert counted == 5
    assert mean == pytest.approx(dict(zip(GOALS, (1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3), strict=True)))
    beside = against_size_class(catalog, f"{0:08d}")
    assert {row.concept: row.cells[0].share for row, _ in beside} == pytest.approx(mean)
    assert {row.concept: share for row, share in beside} == pytest.approx(mean)
