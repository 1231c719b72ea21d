"""`insek eval`: how good reading, extraction, mapping and search are, measured on labelled data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import InvalidRequest
from search_app.cli.command import InsekCommand, Session, Translated
from search_app.cli.language import language_option, speak
from search_app.cli.output import format_option, write_json, write_records, write_table

if TYPE_CHECKING:
    from ingest.extract.scoring import DocumentScore
    from kg.mapping.report import SchemeReport
    from search_app.search.evaluate import Failure, Report

F = TypeVar("F", bound=Callable[..., Any])
_CHECKOUT = Path(__file__).resolve().parents[2]
CORPUS = _CHECKOUT.parent / "shared" / "corpus"
"""Where labelled documents lie beside a checkout."""

_OTHER_CONFIDENCES = (
    "No labelled document has lists or sentences that state goals. Their confidences come from invented documents "
    "and two real ones judged by reading: lists .95 (84 of 86 right), sentences .83 (4 of 4)."
)
_BLIND = _CHECKOUT / "tests" / "quality" / "mapping" / "blind.jsonl"
_MEASURED = _CHECKOUT / "search_app" / "views" / "measured.json"
_QUERIES = _CHECKOUT / "tests" / "quality" / "retrieval" / "queries.tsv"
_TEST_QUERIES = _QUERIES.with_name("queries_test.tsv")
_COLLECTIONS = {"development": (_QUERIES,), "test": (_TEST_QUERIES,), "both": (_QUERIES, _TEST_QUERIES)}
_COLLECTION_HELP = "Which of our own queries; default: the half to develop on."


class EvalGroup(Translated, click.Group):
    """The group of measurements."""


@click.group("eval", cls=EvalGroup, params=[language_option()])
def eval_command() -> None:
    """Measure reading, extraction, mapping or retrieval on labelled data.

    Example: insek eval retrieval --format json
    """


def _corpus_option(command: F) -> F:
    text = "Folder of labelled documents; default: the one beside the checkout."
    return click.option("--corpus", type=click.Path(path_type=Path), default=CORPUS, help=text)(command)


def _required(folder: Path) -> Path:
    if not folder.is_dir():
        raise InvalidRequest("{folder}: no labelled documents there; name their folder with --corpus", folder=folder)
    return folder


@eval_command.command("reading", cls=InsekCommand)
@_corpus_option
@format_option("table", "json")
@click.pass_obj
def reading_command(session: Session, corpus: Path, form: str) -> None:
    """Share of labelled texts that are found word for word in what was read.

    Example: insek eval reading
    """
    from ingest.evaluate_reading import evaluate_reading

    scores = evaluate_reading(_required(corpus), session.settings())
    records = [
        {
            "document": score.document,
            "found": score.found,
            "texts": score.texts,
            "share": round(score.share, 4),
            "missing": list(score.missing),
        }
        for score in scores
    ]
    write_records(records, form, {"document": "Document", "found": "Found", "texts": "Texts", "share": "Share"})


@eval_command.command("retrieval", cls=InsekCommand)
@click.option("--labels", type=click.Path(path_type=Path), help="A collection in BEIR form; default: our own.")
@click.option("--collection", type=click.Choice(tuple(_COLLECTIONS)), default="development", help=_COLLECTION_HELP)
@click.option("--failures", is_flag=True, help="List the queries that miss an item, and what came instead.")
@_corpus_option
@click.option("--encoder", help="Sentence encoder; see 'insek settings'.")
@format_option("table", "json")
@click.pass_obj
def retrieval_command(
    session: Session, labels: Path | None, collection: str, failures: bool, corpus: Path, encoder: str | None, form: str
) -> None:
    """Figures of lexical, dense and hybrid search: nDCG@10, MRR@10, recall@5.

    Example: insek eval retrieval --labels beir/ --format json
    """
    from search_app.search import encoder as encoders
    from search_app.search import evaluate, overlap

    settings = session.settings(encoder=encoder)
    own = _COLLECTIONS[collection]
    asked = evaluate.read_beir(labels) if labels else evaluate.read_own(own, _required(corpus) / "labels")
    report = evaluate.evaluate(asked, encoders.load(settings.encoder, light=True))
    summary = report.summary()
    groups = {} if labels else overlap.groups(asked, corpus / "labels")
    if form == "json":
        table = {"groups": {name: report.summary(places) for name, places in groups.items()}}
        write_json(summary | table | ({"failures": list(report.failures())} if failures else {}))
        return
    rows = [
        {"list": name, "interval": "{:.3f}–{:.3f}".format(*report.interval(name)), **figures}
        for name, figures in summary.items()
        if isinstance(figures, dict)
    ]
    columns = {"list": "List", "ndcg@10": "nDCG@10", "interval": "95 %", "mrr@10": "MRR@10", "recall@5": "Recall@5"}
    write_records(rows, form, columns)
    click.echo(f"{summary['queries']} queries")
    if groups:
        write_table(
            ("Query type", "Queries", "Lexical", "Dense", "Hybrid", "95 %", "Recall@5"), _by_group(report, groups)
        )
    for failure in report.failures() if failures else ():
        click.echo(_failure(failure))


def _failure(failure: Failure) -> str:
    wanted = ", ".join(f"{key} ({rank or '–'})" for key, rank in failure["ranks"].items())
    text = speak("{type}: {query}\n  wanted (rank): {wanted}\n  came: {found}")
    return text.format(type=failure["type"], query=failure["query"], wanted=wanted, found=", ".join(failure["found"]))


def _by_group(report: Report, groups: Mapping[str, Sequence[int]]) -> Iterator[list[str]]:
    for name, places in groups.items():
        means = [report.mean(each, places) for each in ("lexical", "dense", "hybrid")]
        figures = [f"{mean['ndcg@10']:.3f}" for mean in means]
        interval = "{:.2f}–{:.2f}".format(*report.interval("hybrid", places))
        yield [speak(name), str(len(places)), *figures, interval, f"{means[-1]['recall@5']:.3f}"]


@eval_command.command("extraction", cls=InsekCommand)
@click.option("--labels", type=click.Path(path_type=Path), help="Labels of one document; needs --source.")
@click.option("--source", type=click.Path(path_type=Path), help="The document that the labels are of.")
@_corpus_option
@format_option("table", "json")
@click.pass_obj
def extraction_command(session: Session, labels: Path | None, source: Path | None, corpus: Path, form: str) -> None:
    """Precision, recall and F1 of extracted items and fields, per document and in all.

    Example: insek eval extraction --labels torgau.json --source torgau.txt
    """
    from ingest.extract import evaluate

    if (labels is None) != (source is None):
        raise InvalidRequest("--labels and --source belong together; give both or neither")
    settings = session.settings()
    left_out: tuple[DocumentScore, ...] = ()
    if labels and source:
        scores: tuple[DocumentScore, ...] = (evaluate.evaluate_file(labels, source, settings),)
    else:
        cases = evaluate.labelled_cases(_required(corpus), settings)
        scores, left_out = tuple(evaluate.score(case) for case in cases), evaluate.leave_one_out(cases, corpus)
    if form == "json":
        write_json(evaluate.record(scores, left_out))
        return
    write_table(("Document", "Of", "Precision", "Recall", "F1", "Cases"), _rows(scores))
    absent = [[score.name, value] for score in scores for value in score.absent]
    if absent:
        write_table(("Document", "Labelled, but not stated there"), absent)
    times = [[score.name, str(score.pages), f"{score.seconds:.2f}"] for score in scores]
    write_table(("Document", "Pages", "Seconds of extraction"), times)
    if left_out:
        write_table(("Without its own labels", "Of", "Precision", "Recall", "F1", "Cases"), _rows(left_out))
    bins = evaluate.reliability(scores)
    rows = [[f"{row['confidence']:.2f}", f"{row['right']:.2f}", f"{row['items']:.0f}"] for row in bins]
    write_table(("Confidence", "Right", "Cases"), rows)
    click.echo(speak(_OTHER_CONFIDENCES), err=True)


def _rows(scores: Sequence[DocumentScore]) -> Iterator[list[str]]:
    for score in scores:
        for name, count in (*score.items, *score.fields):
            figures = (f"{count.precision:.3f}", f"{count.recall:.3f}", f"{count.f1:.3f}", str(count.expected))
            yield [score.name, name, *figures]


@eval_command.command("mapping", cls=InsekCommand)
@click.option("--labels", type=click.Path(path_type=Path), help="JSON lines of labelled texts; default: our own.")
@click.option("--encoder", help="Sentence encoder; see 'insek settings'.")
@format_option("table", "json")
@click.pass_obj
def mapping_command(session: Session, labels: Path | None, encoder: str | None, form: str) -> None:
    """Precision, recall, F1 and calibration of the links, beside each method alone and two baselines.

    Example: insek eval mapping --labels texts.jsonl
    """
    from kg.mapping.evaluate import evaluate
    from kg.mapping.report import render
    from search_app.search import encoder as encoders

    report = evaluate(labels, encoders.load(session.settings(encoder=encoder).encoder, light=True))
    if form == "json":
        write_json(report.as_json())
    else:
        click.echo(render(report))


@eval_command.command("record", cls=InsekCommand)
@_corpus_option
@click.option("--output", type=click.Path(path_type=Path), default=_MEASURED, help="File to write.")
@click.pass_obj
def record_command(session: Session, corpus: Path, output: Path) -> None:
    """Measure extraction, mapping and search, and write down the figures that the web app shows.

    Example: insek eval record
    """
    from ingest.extract.evaluate import evaluate_all, record
    from kg.mapping.evaluate import evaluate
    from search_app.search import encoder as encoders
    from search_app.search import evaluate as retrieval

    settings = session.settings()
    encoder = encoders.load(settings.encoder, light=True)
    found = record(evaluate_all(_required(corpus), settings))
    links = evaluate(_BLIND, encoder)
    hits = retrieval.evaluate(retrieval.read_own(_QUERIES, corpus / "labels"), encoder)
    figures = {
        "measured": datetime.now(UTC).date().isoformat(),
        "extraction": {"documents": found["cases"], "kinds": found["all"]},
        "mapping": {"texts": links.texts, "schemes": {str(part.scheme): _score(part) for part in links.schemes}},
        "search": hits.summary(),
    }
    output.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _score(part: SchemeReport) -> dict[str, float]:
    score = part.combined
    return {"precision": round(score.precision, 3), "recall": round(score.recall, 3), "expected": score.cases}
