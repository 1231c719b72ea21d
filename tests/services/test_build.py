"""Building: what is published, what is left alone, and what a crash leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.outcome import Status
from ingest.sources import SourceRequest, expand
from kg.errors import EngineError, NotFound
from kg.export import dump
from kg.settings import Settings
from kg.store.oxigraph import open_read_only
from search_app.services import generation
from search_app.services.build import BuildReport, build, remove
from search_app.services.progress import Silent
from search_app.services.serving import open_services


def run(settings: Settings, *paths: Path) -> BuildReport:
    return build(expand([str(path) for path in paths]), settings, Silent())


def measures(settings: Settings) -> set[str]:
    return {entry.item.label for entry in open_services(settings).catalog.entries() if entry.kind == "measure"}


def test_a_document_becomes_searchable_and_queryable(settings, plan_file):
    report = run(settings, plan_file)
    assert [source.status for source in report.sources] == [Status.PUBLISHED]
    services = open_services(settings)
    found = services.engine.search("Bäume auf dem Marktplatz", k=3)
    assert found.hits[0].entry.item.label == "Neue Bäume für den Marktplatz"
    quote = found.hits[0].entry.item.evidence[0]
    assert quote.stands_in(services.document(quote.document_id))
    answer = services.query("SELECT ?m WHERE { ?m a <https://w3id.org/insek/def#Measure> }")
    services.close()
    assert len(list(answer.rows())) == 3


def test_building_the_same_again_does_no_work(settings, plan_file):
    first = run(settings, plan_file)
    again = run(settings, plan_file)
    assert [source.status for source in again.sources] == [Status.UNCHANGED]
    assert not again.changed
    assert again.generation.manifest == first.generation.manifest


def test_a_second_document_joins_the_first(settings, plan_file, tmp_path):
    run(settings, plan_file)
    other = tmp_path / "herzberg.txt"
    text = plan_file.read_text(encoding="utf-8").replace("Torgau", "Herzberg (Elster)").replace("Vereine", "Schulen")
    other.write_text(text, encoding="utf-8")
    report = run(settings, other)
    assert {known.municipality for known in report.generation.manifest.documents} == {"14730310", "12062224"}
    assert "Beratung für Schulen" in measures(settings)


def test_a_changed_file_replaces_what_came_from_it(settings, plan_file):
    run(settings, plan_file)
    plan_file.write_text(plan_file.read_text(encoding="utf-8").replace("Neue Bäume", "Neue Linden"), encoding="utf-8")
    run(settings, plan_file)
    assert "Neue Linden für den Marktplatz" in measures(settings)
    assert "Neue Bäume für den Marktplatz" not in measures(settings)


def test_a_store_that_was_revised_equals_one_written_anew(settings, plan_file, tmp_path):
    other, third = tmp_path / "herzberg.txt", tmp_path / "torgau-2.txt"
    text = plan_file.read_text(encoding="utf-8")
    other.write_text(text.replace("Torgau", "Herzberg (Elster)"), encoding="utf-8")
    third.write_text(text.replace("Fluss", "Bahnhof"), encoding="utf-8")
    first = run(settings, plan_file, other, third)
    plan_file.write_text(text.replace("Neue Bäume", "Neue Linden"), encoding="utf-8")
    run(settings, plan_file)
    remove([first.sources[1].published.document_id], settings, Silent())
    revised = generation.current(settings.workspace)
    anew = run(Settings(workspace=tmp_path / "anew", encoder="dummy"), third, plan_file).generation
    assert any(file.stat().st_nlink > 1 for file in revised.store.glob("*.sst"))
    assert quads(revised) == quads(anew)
    assert revised.manifest.triples == anew.manifest.triples == len(open_read_only(revised.store))


def quads(published: generation.Generation) -> set[bytes]:
    lines = b"".join(dump(open_read_only(published.store), "nquads")).splitlines()
    return {line for line in lines if b"_:" not in line}


def test_a_file_that_became_unreadable_leaves_what_was_published(settings, plan_file):
    before = run(settings, plan_file).generation
    plan_file.write_bytes(b"")
    report = run(settings, plan_file)
    assert report.sources[0].status is Status.FAILED
    assert "empty" in report.sources[0].issues[0].message
    assert generation.current(settings.workspace).manifest == before.manifest


def test_one_bad_source_does_not_keep_the_others_out(settings, plan_file, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nthis is no PDF at all")
    report = run(settings, broken, plan_file, tmp_path / "missing.txt")
    assert [source.status for source in report.sources] == [Status.FAILED, Status.PUBLISHED, Status.FAILED]
    assert len(report.generation.manifest.documents) == 1


def test_a_town_that_nobody_knows_fails_with_advice(settings, plan_file):
    report = build([SourceRequest(str(plan_file), municipality="Atlantis")], settings, Silent())
    assert report.generation is None
    assert "Atlantis" in report.sources[0].issues[0].message


def test_several_processes_give_the_same(settings, plan_file, tmp_path):
    others = []
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(plan_file.read_text(encoding="utf-8").replace("Fluss", f"Fluss {number}"), encoding="utf-8")
        others.append(path)
    alone = run(settings, *others)
    parallel = Settings(workspace=settings.workspace / "parallel", encoder="dummy", jobs=2)
    assert [source.published for source in run(parallel, *others).sources] == [one.published for one in alone.sources]
    assert measures(parallel) == measures(settings)


def test_removing_a_document(settings, plan_file):
    published = run(settings, plan_file).sources[0].published
    with pytest.raises(NotFound):
        remove(["document-000000000000"], settings, Silent())
    assert remove([published.document_id], settings, Silent()).generation.manifest.documents == ()
    assert measures(settings) == set()


def test_two_builds_at_once_are_refused(settings, plan_file):
    with generation.exclusive(settings.workspace), pytest.raises(EngineError, match="another build"):
        run(settings, plan_file)


def test_old_generations_are_cleared_away(settings, plan_file):
    for number in range(5):
        plan_file.write_text(plan_file.read_text(encoding="utf-8") + f"\n\nAbsatz {number}\n", encoding="utf-8")
        run(settings, plan_file)
    assert len(list((settings.workspace / "generations").iterdir())) == 3


_SLOW = """
import sys, time
from pathlib import Path
from ingest.sources import expand
from kg.settings import Settings
from search_app.services import assemble, build
from search_app.services.progress import Silent
write = assemble.catalog_file.write
def slow(*args, **kwargs):
    answer = write(*args, **kwargs)
    print("half way", flush=True)
    time.sleep(60)
    return answer
assemble.catalog_file.write = slow
build.build(expand([sys.argv[2]]), Settings(workspace=Path(sys.argv[1]), encoder="dummy"), Silent())
"""


def test_a_build_that_is_killed_leaves_the_old_generation_serving(settings, plan_file):
    before = run(settings, plan_file).generation
    plan_file.write_text(plan_file.read_text(encoding="utf-8") + "\n\nEin Nachtrag.\n", encoding="utf-8")
    command = [sys.executable, "-c", _SLOW, str(settings.workspace), str(plan_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path.cwd())}) as process:
        assert process.stdout.readline() == b"half way\n"
        process.send_signal(signal.SIGKILL)
    assert generation.current(settings.workspace).manifest == before.manifest
    assert open_services(settings).engine.search("Radwege", k=1).hits
    assert any(path.name.startswith(".unfinished") for path in (settings.workspace / "generations").iterdir())
    run(settings, plan_file)
    names = [path.name for path in (settings.workspace / "generations").iterdir()]
    assert len(names) == 2
    assert not any(name.startswith(".unfinished") for name in names)


def test_ids_are_the_same_in_another_workspace(settings, plan_file, tmp_path):
    first = run(settings, plan_file).sources[0].published
    time.sleep(0.01)
    elsewhere = Settings(workspace=tmp_path / "elsewhere", encoder="dummy")
    assert run(elsewhere, plan_file).sources[0].published == first
    ids = [[entry.item.id for entry in open_services(one).catalog.entries()] for one in (settings, elsewhere)]
    assert ids[0] == ids[1]


def test_corrections_survive_rebuilding_and_win(settings, plan_file, tmp_path):
    import csv

    from search_app.services.build import correct

    run(settings, plan_file)
    entries = [entry for entry in open_services(settings).catalog.entries() if entry.kind == "measure"]
    table = tmp_path / "edited.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "label", "cost", "dropped"])
        writer.writeheader()
        writer.writerow({"id": entries[0].item.id, "label": "Radwege am Ufer", "cost": "250 T€"})
        writer.writerow({"id": entries[1].item.id, "label": entries[1].item.label, "dropped": "ja"})
    count, _ = correct(table, "Stadtplanungsamt", settings, Silent())
    assert count == 3
    assert measures(settings) == {"Radwege am Ufer", "Beratung für Vereine"}
    plan_file.write_text(plan_file.read_text(encoding="utf-8") + "\n\nNachtrag.\n", encoding="utf-8")
    plan_file.write_text(plan_file.read_text(encoding="utf-8").removesuffix("\n\nNachtrag.\n"), encoding="utf-8")
    elsewhere = tmp_path / "other.txt"
    elsewhere.write_text(plan_file.read_text(encoding="utf-8").replace("Torgau", "Herzberg (Elster)"), encoding="utf-8")
    again = run(settings, plan_file, elsewhere)
    corrected = open_services(settings).catalog.get(entries[0].item.id).item
    assert (corrected.label, corrected.cost.text, corrected.method) == ("Radwege am Ufer", "250 T€", "human")
    assert again.remarks == ()


def test_a_correction_of_an_item_that_is_not_published_records_nothing(settings, plan_file, tmp_path):
    from kg.errors import InvalidRequest
    from search_app.services.build import correct

    before = run(settings, plan_file).generation
    table = tmp_path / "edited.csv"
    table.write_text("id,label\nmeasure-000000000000,Etwas\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match="measure-000000000000"):
        correct(table, "Stadtplanungsamt", settings, Silent())
    assert not (settings.workspace / "corrections.jsonl").exists()
    assert generation.current(settings.workspace).manifest == before.manifest
