"""`insek status` and `insek settings`: what is published, and what can be set."""

from __future__ import annotations

from dataclasses import fields

import click

from kg.serial import to_json
from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.output import format_option, write_records


@click.command("status", cls=InsekCommand)
@format_option("table", "json")
@click.pass_obj
def status_command(session: Session, form: str) -> None:
    """Say what is published, from what, and when.

    Example: insek status --format json
    """
    from search_app.services.generation import current

    manifest = current(session.settings().workspace).manifest
    if form == "json":
        click.echo(to_json(manifest).decode())
        return
    text = speak("Generation {id}, published {created}, {triples} triples, encoder {encoder}")
    click.echo(
        text.format(id=manifest.id, created=manifest.created, triples=manifest.triples, encoder=manifest.encoder)
    )
    columns = {
        "document_id": "Document",
        "municipality_name": "Town",
        "title": "Title",
        "pages": "Pages",
        "topics": "Topics",
        "areas": "Areas",
        "goals": "Goals",
        "measures": "Measures",
        "location": "Source",
    }
    records = [{name: getattr(document, name) for name in columns} for document in manifest.documents]
    write_records(records, form, columns)


@click.command("settings", cls=InsekCommand)
@format_option("table", "json")
@click.pass_obj
def settings_command(session: Session, form: str) -> None:
    """List every setting with its value and its meaning.

    A value comes from insek.toml in the workspace, or from a variable such as INSEK_JOBS, which goes first.

    Example: INSEK_ENCODER=dummy insek settings
    """
    settings = session.settings()
    records = [
        {
            "setting": setting.name,
            "value": _shown(getattr(settings, setting.name), bool(setting.metadata.get("secret"))),
            "meaning": speak(setting.metadata["meaning"]),
        }
        for setting in fields(settings)
    ]
    write_records(records, form, {"setting": "Setting", "value": "Value", "meaning": "Meaning"})


def _shown(value: object, secret: bool) -> str:
    return "***" if secret and value else str(value)
