"""`insek train`: what developers run to rebuild what was learned."""

from __future__ import annotations

from pathlib import Path

import click

from search_app.cli.command import InsekCommand, Session, Translated
from search_app.cli.language import language_option, speak


class TrainGroup(Translated, click.Group):
    """The group of what can be trained."""


@click.group("train", cls=TrainGroup, params=[language_option()])
def train_command() -> None:
    """Rebuild what was learned from our own labelled texts, with the same result.

    Example: insek train mapping
    """


@train_command.command("mapping", cls=InsekCommand)
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: in place.")
@click.option(
    "--federal",
    "tables",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the federal SDG tables, to learn from their labels anew; default: what is kept of them.",
)
@click.pass_obj
def train_mapping_command(session: Session, output: Path | None, tables: Path | None) -> None:
    """Train the head that links texts to concepts, and its thresholds.

    Example: insek train mapping -o head.npz
    """
    from kg.mapping.training import train
    from search_app.search import encoder

    train(encoder.load(session.settings().encoder, light=True), output, tables)
    click.echo(speak("Trained; 'insek eval mapping' measures it."), err=True)
