"""The command line as its users call it: options, forms of answer, exit codes, messages."""

from __future__ import annotations

import ast
import csv
import io
import json
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import search_app.cli
from kg.settings import Settings
from search_app.cli import main
from search_app.cli.group import _MODULES
from search_app.i18n import translator

PLAN = """Stadtentwicklungskonzept 2035 der Stadt Torgau

Maßnahmen

1.1 Ausbau der Radwege am Fluss

Die Radwege am Ufer werden verbreitert und beleuchtet, damit der Weg zur Arbeit auch im Winter sicher ist.

1.2 Neue Bäume für den Marktplatz

Auf dem Marktplatz werden Bäume gepflanzt, die Schatten spenden und wenig Wasser brauchen.
"""


def call(workspace: Path, *arguments: str, stdin: str | bytes | None = None, **environment: str) -> Result:
    variables = {"INSEK_ENCODER": "dummy", "INSEK_WORKSPACE": str(workspace), **environment}
    return CliRunner().invoke(main, arguments, input=stdin, env=variables)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "torgau.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, plan_file: Path) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    built = call(folder, "build", str(plan_file))
    assert built.exit_code == 0, built.output
    return folder


def test_every_command_has_help_with_an_example():
    for name in _MODULES:
        shown = CliRunner().invoke(main, [name, "--help"])
        assert shown.exit_code == 0, shown.output
        assert "Example: " in shown.stdout, name


def test_help_speaks_german():
    shown = CliRunner().invoke(main, ["--lang", "de", "--help"])
    assert "Ziele und Maßnahmen" in shown.stdout
    assert "Beispiel: " in CliRunner().invoke(main, ["build", "--lang", "de", "--help"]).stdout


def texts_for_users() -> set[str]:
    """All help texts, meanings of settings, and texts given to `speak` in the code of the command line."""
    found: set[str] = {setting.metadata["meaning"] for setting in fields(Settings)}

    def collect(command: click.Command) -> None:
        found.update(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
        found.update(option.help for option in command.params if isinstance(option, click.Option) and option.help)
        context = click.Context(command)
        for name in command.list_commands(context) if isinstance(command, click.Group) else ():
            collect(command.get_command(context, name))

    collect(main)
    for path in Path(search_app.cli.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "speak":
                first = node.args[0]
                found.update(
                    n.value for n in ast.walk(first) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                )
    return {text for text in found if text.strip() and not text.startswith("Example: ")}


def test_every_text_has_its_german():
    texts = texts_for_users()
    assert len(texts) > 80
    same_in_german = {"template", "label", "Code", "json, xml, csv, tsv; turtle, ntriples, jsonld, rdfxml for graphs."}
    speak = translator("de")
    assert {text for text in texts - same_in_german if speak(text) == text} == set()


def test_help_starts_without_the_heavy_libraries():
    code = (
        "import sys; from search_app.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'faiss', 'numpy', 'rdflib', 'flask', 'sentence_transformers', 'pdfminer', 'pyoxigraph'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    begun = time.perf_counter()
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    assert time.perf_counter() - begun < 5


def test_items_as_json_lines_hold_the_fields_of_the_contract(workspace):
    lines = call(workspace, "items", "--kind", "measure", "--format", "jsonl").stdout.splitlines()
    first = json.loads(lines[0])
    assert len(lines) == 2
    assert first["number"] == "1.1"
    assert first["label"] == "Ausbau der Radwege am Fluss"
    assert first["municipality"] == {"name": "Torgau", "ags": "14730310"}
    assert (first["priority"], first["cost"], first["partners"]) == (None, None, [])
    quote = first["evidence"][0]
    assert PLAN[quote["start"] : quote["end"]] == quote["quote"]
    wanted = "id iri kind municipality plan document number label description topic areas goals part_of priority period"
    wanted += " cost responsible partners status evidence alignments method confidence"
    assert set(wanted.split()) <= set(first)


def test_items_as_csv(workspace):
    rows = list(csv.DictReader(io.StringIO(call(workspace, "items", "--format", "csv").stdout)))
    assert {"Ausbau der Radwege am Fluss", "Neue Bäume für den Marktplatz"} <= {row["label"] for row in rows}


def test_search_show_and_similar_agree_on_ids(workspace):
    found = json.loads(call(workspace, "search", "Bäume", "--format", "json", "-k", "1").stdout)
    hit = found["hits"][0]
    assert (hit["rank"], hit["label"]) == (1, "Neue Bäume für den Marktplatz")
    assert hit["why"]["matched"]
    shown = json.loads(call(workspace, "show", hit["id"], "--format", "json").stdout)
    assert shown["label"] == hit["label"]
    by_iri = json.loads(call(workspace, "show", shown["iri"], "--format", "json").stdout)
    assert by_iri["id"] == hit["id"]
    assert call(workspace, "similar", hit["id"], "--format", "json").exit_code == 0


def test_search_tells_in_which_spelling_it_searched(workspace):
    answer = call(workspace, "search", "Marktpaltz", "--format", "json")
    assert json.loads(answer.stdout)["searched"] == "Marktplatz"
    assert "Marktplatz" in answer.stderr
    assert json.loads(call(workspace, "search", "Marktplatz", "--format", "json").stdout)["searched"] is None


def test_why_an_item_is_linked_or_not(workspace):
    item = json.loads(call(workspace, "items", "--kind", "measure", "--format", "jsonl").stdout.splitlines()[0])["id"]
    linked = json.loads(call(workspace, "show", item, "--why", "11.2", "--format", "json").stdout)
    assert linked["accepted"]
    assert linked["evidence"]
    assert set(linked["shares"]) <= {"stated", "lexical", "semantic"}
    refused = call(workspace, "show", item, "--why", "14.2")
    assert "not linked" in refused.stdout
    assert call(workspace, "show", item, "--why", "99.9").exit_code == 1


def test_query_gives_tables_and_formats(workspace):
    query = "SELECT ?label WHERE { ?m a <https://w3id.org/insek/def#Measure> ; rdfs:label ?label } ORDER BY ?label"
    query = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {query}"
    answer = json.loads(call(workspace, "query", "-", "--format", "json", stdin=query).stdout)
    first = answer["results"]["bindings"][0]["label"]
    assert first == {"type": "literal", "xml:lang": "de", "value": "Ausbau der Radwege am Fluss"}
    assert "Neue Bäume" in call(workspace, "query", "-", stdin=query).stdout


def test_query_that_reaches_out_is_refused(workspace):
    refused = call(workspace, "query", "-", stdin="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert refused.exit_code == 1
    assert "SERVICE" in refused.stderr
    broken = call(workspace, "query", "-", stdin="SELECT * { ?s ?p }")
    assert broken.exit_code == 1
    assert "line 1" in broken.stderr


def test_classify_answers_line_by_line(workspace):
    lines = '{"id": "a", "text": "Ausbau des Radwegenetzes"}\n{"id": "b", "text": ""}\n'
    answers = [json.loads(line) for line in call(workspace, "classify", stdin=lines).stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert "11.2" in {link["code"] for link in answers[0]["alignments"]}
    assert answers[1]["alignments"] == []
    assert call(workspace, "classify", stdin="not json\n").exit_code == 1
    unknown = call(workspace, "classify", "--scheme", "nace", stdin=lines)
    assert unknown.exit_code == 1
    assert "leipzig-charter" in unknown.stderr
    only = call(workspace, "classify", "--scheme", "smart-city", stdin=lines).stdout.splitlines()
    assert {link["scheme"] for link in json.loads(only[0])["alignments"]} == {"smart-city"}


@pytest.mark.parametrize("form", ["turtle", "nquads", "trig", "jsonld"])
def test_export_can_be_read_by_rdflib(workspace, form, tmp_path):
    import rdflib

    path = tmp_path / f"graph.{form}"
    assert call(workspace, "export", "--format", form, "-o", str(path)).exit_code == 0
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(path, format={"jsonld": "json-ld"}.get(form, form))
    measures = set(dataset.subjects(rdflib.RDF.type, rdflib.URIRef("https://w3id.org/insek/def#Measure")))
    assert len(measures) == 2


def test_status_and_settings(workspace):
    status = json.loads(call(workspace, "status", "--format", "json").stdout)
    assert [document["measures"] for document in status["documents"]] == [2]
    settings = json.loads(call(workspace, "settings", "--format", "json").stdout)
    assert {"setting": "encoder", "value": "dummy"}.items() <= settings[
        [s["setting"] for s in settings].index("encoder")
    ].items()


def test_exit_codes_of_build(tmp_path, plan_file):
    empty = tmp_path / "empty.txt"
    empty.touch()
    some = call(tmp_path / "some", "build", str(plan_file), str(empty))
    assert some.exit_code == 3
    assert "empty.txt" in some.stderr
    none = call(tmp_path / "none", "build", str(empty))
    assert none.exit_code == 1
    assert call(tmp_path / "none", "search", "Rad").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "Rad", "--municipality", "Atlantis"], "Atlantis"),
        (["search", "Rad", "-k", "0"], "1000"),
        (["search", "Rad", "--concept", "sdg:99"], "sdg:99"),
        (["show", "measure-000000000000"], "measure-000000000000"),
        (["show", "nonsense"], "nonsense"),
        (["compare", "Torgau", "Atlantis"], "Atlantis"),
        (["query", "/no/such/file.rq"], "/no/such/file.rq"),
    ],
)
def test_bad_requests_get_one_line_and_exit_code_1(workspace, arguments, said):
    answer = call(workspace, *arguments)
    assert answer.exit_code == 1
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_errors_speak_german_when_asked(workspace):
    answer = call(workspace, "show", "measure-000000000000", "--lang", "de")
    assert "veröffentlicht" in answer.stderr


def test_what_is_not_built_says_how_to_build(tmp_path):
    answer = call(tmp_path / "nothing", "status")
    assert answer.exit_code == 1
    assert "insek build" in answer.stderr
