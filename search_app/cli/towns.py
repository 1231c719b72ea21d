"""`insek municipality`: towns that the gazetteer does not have, or knows too little of."""

from __future__ import annotations

from typing import Any

import click

from search_app.cli.command import InsekCommand, Session, Translated
from search_app.cli.language import language_option, speak


class TownGroup(Translated, click.Group):
    """The group of commands on towns."""


@click.group("municipality", cls=TownGroup, params=[language_option()])
def municipality_command() -> None:
    """Add towns that are not known yet, or facts on known ones.

    Example: insek municipality add Torgau --ags 14730310 --population 19768
    """


@municipality_command.command("add", cls=InsekCommand)
@click.argument("name")
@click.option("--ags", required=True, help="Official key with eight digits.")
@click.option("--nuts3", help="Code of the district, such as DED53.")
@click.option("--population", type=click.IntRange(0), help="Number of inhabitants.")
@click.option("--latitude", type=click.FloatRange(-90, 90), help="Degrees north.")
@click.option("--longitude", type=click.FloatRange(-180, 180), help="Degrees east.")
@click.option("--central-place", help="Rank among central places, such as Mittelzentrum.")
@click.option("--central-place-source", help="Plan that gives this rank.")
@click.pass_obj
def add_command(session: Session, /, name: str, ags: str, **facts: Any) -> None:
    """Add a town to this workspace, or replace what it says of one.

    Example: insek municipality add Torgau --ags 14730310 --population 19768
    """
    from kg import towns
    from kg.model import Municipality
    from kg.regions import check_ags, states

    key = check_ags(ags)
    path = session.settings().workspace / "towns.ttl"
    towns.add(path, Municipality(ags=key, name=name, state=states()[key[:2]][0], **facts))
    click.echo(
        speak("{name} ({ags}) is in {path}; the next build uses it.").format(name=name, ags=ags, path=path), err=True
    )
