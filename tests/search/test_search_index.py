"""Building the index: reuse of vectors, the approximate index, the manifest."""

import numpy as np
import pytest

from kg.errors import NotPublished
from kg.model import Entry, Kind, Measure, Municipality
from search_app.search import catalog_file, index, vectors
from search_app.search.encoder import DummyEncoder
from search_app.search.engine import Engine
from search_app.search.filters import Filters

TOWN = Municipality("14730310", "Torgau", "Sachsen")
OTHER = Municipality("12062224", "Herzberg (Elster)", "Brandenburg")


def measures(names, town=TOWN):
    return [
        Entry(
            Measure(id=f"measure-{abs(hash(name)) % 16**12:012x}", plan_id=f"plan-{town.ags:0>12}", label=name),
            Kind.MEASURE,
            town,
            "Plan",
            f"document-{town.ags:0>12}",
        )
        for name in names
    ]


class Counting(DummyEncoder):
    """Counts the documents it encodes."""

    def __init__(self):
        self.encoded = 0

    def encode_documents(self, texts):
        self.encoded += len(texts)
        return super().encode_queries(texts)


def publish(directory, entries, encoder, previous=None):
    directory.mkdir()
    catalog_file.write(directory, entries)
    index.build(directory, entries, encoder, previous)
    return Engine(directory, encoder)


NAMES = ["Ausbau der Radwege", "Sanierung der Schule", "Neubau einer Kita", "Pflege der Stadtbäume"]


def test_adding_a_document_embeds_only_its_own_texts(tmp_path):
    encoder = Counting()
    publish(tmp_path / "a", measures(NAMES), encoder)
    encoder.encoded = 0
    both = measures(NAMES) + measures(["Stadtmarketing", "Landesgartenschau"], OTHER)
    added = publish(tmp_path / "b", both, encoder, tmp_path / "a")
    assert encoder.encoded == 2
    fresh = publish(tmp_path / "c", both, DummyEncoder())
    for query in ("Radweg", "Gartenschau"):
        ours = [(hit.entry.item.id, round(hit.score, 3)) for hit in added.search(query).hits]
        assert ours == [(hit.entry.item.id, round(hit.score, 3)) for hit in fresh.search(query).hits]


def test_duplicates_are_listed_once(tmp_path):
    twice = measures([*NAMES, "Ausbau der Radwege."]) + measures(["Ausbau der Radwege!"], OTHER)
    result = publish(tmp_path / "a", twice, DummyEncoder()).search("Ausbau der Radwege", k=3)
    first, second = result.hits[:2]
    assert {first.entry.municipality, second.entry.municipality} == {TOWN, OTHER}
    assert len(first.duplicates) + len(second.duplicates) == 1


def test_an_empty_index_answers(tmp_path):
    assert publish(tmp_path / "a", [], DummyEncoder()).search("Kita").total == 0


def test_no_index(tmp_path):
    with pytest.raises(NotPublished):
        index.read_manifest(tmp_path)


def test_the_approximate_index_finds_what_the_exact_one_finds(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "EXACT_UNITS", 1_000)
    random = np.random.default_rng(1)
    centres = random.normal(size=(50, 32))
    data = centres[random.integers(50, size=4_000)] + 0.4 * random.normal(size=(4_000, 32))
    data = (data / np.linalg.norm(data, axis=1, keepdims=True)).astype(np.float32)
    writer = vectors.VectorWriter(tmp_path / "v", 32)
    writer.add(data, range(4_000))
    writer.close()
    opened = vectors.VectorIndex(tmp_path / "v")
    even = np.arange(0, 4_000, 2)
    found = expected = 0
    for row in range(0, 4_000, 200):
        asked = opened.query(data[row])
        exact = even[np.argsort(-opened.best(asked, even), kind="stable")[:10]]
        monkeypatch.setattr(vectors, "_GATHERED", 10)
        found += len(set(opened.search(asked, even, 10)) & set(exact))
        expected += 10
    assert found / expected >= 0.98
    assert opened.search(opened.query(data[7]), None, 1)[0] == 7


def test_filters_are_those_of_the_index(tmp_path):
    both = measures(NAMES) + measures(["Ausbau der Radwege am Stadtrand"], OTHER)
    engine = publish(tmp_path / "a", both, DummyEncoder())
    hits = engine.search("Ausbau der Radwege", Filters(states=("Brandenburg",))).hits
    assert [hit.entry.municipality for hit in hits] == [OTHER]
