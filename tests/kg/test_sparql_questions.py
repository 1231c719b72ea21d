from __future__ import annotations

from importlib.resources import files

import pyoxigraph as ox
import pytest
from example_dataset import BASE, FILE, examples, graphs, trig

from kg.from_rdf import read_document
from kg.sparql.embedded import evaluate
from kg.sparql.guard import check
from kg.sparql.questions import questions
from kg.sparql.request import Request
from kg.store.oxigraph import open_read_only, write
from kg.to_rdf import document_graph
from kg.validate import verify

QUESTIONS = questions()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    directory = tmp_path_factory.mktemp("questions") / "store"
    write(directory, graphs())
    return open_read_only(directory)


def test_there_are_enough_questions_each_with_its_answer():
    assert len(QUESTIONS) >= 41
    assert len({question.english for question in QUESTIONS}) == len(QUESTIONS)
    answers = [path.name for path in (files("ontologies") / "questions").iterdir() if path.name.endswith(".tsv")]
    assert sorted(name.removesuffix(".tsv") for name in answers) == [question.name for question in QUESTIONS]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_has_the_expected_rows(store, question):
    check(question.text)
    expected = (files("ontologies") / "questions" / f"{question.name}.tsv").read_bytes()
    found = evaluate(store, Request(question.text, 1000, 10**6))
    assert (found.kind, found.truncated) == ("bindings", False)
    assert found.body.splitlines() == expected.splitlines()
    assert len(expected.splitlines()) > 1


def test_the_example_file_is_what_the_example_plans_say():
    assert set(ox.parse(FILE.read_bytes(), ox.RdfFormat.TRIG)) == set(ox.parse(trig(), ox.RdfFormat.TRIG)), (
        "write it anew: python tests/kg/example_dataset.py"
    )


def test_the_examples_are_read_back():
    for example in examples():
        document, plan, links = example.build()
        graph = document_graph(document, plan, links, example.town, BASE, example.changes)
        assert read_document(graph, BASE) == (plan, tuple(links), document.source, example.town)


def test_the_whole_breaks_no_rule(store):
    assert verify(store) == ()
