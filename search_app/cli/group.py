"""The command `insek` itself: finds the module of a command by name and imports nothing else."""

from __future__ import annotations

from importlib import import_module

import click

from search_app.cli.command import Translated
from search_app.cli.language import language_option, speak

# Name of a command → the module below `search_app.cli` that holds it under that name.
_MODULES = {
    "build": "build",
    "items": "items",
    "show": "items",
    "search": "find",
    "similar": "find",
    "compare": "compare",
    "clusters": "compare",
    "classify": "find",
    "query": "graph",
    "export": "graph",
    "correct": "build",
    "diff": "editions",
    "municipality": "towns",
    "validate": "check",
    "eval": "evaluate",
    "bench": "bench",
    "train": "develop",
    "status": "state",
    "settings": "state",
    "remove": "build",
    "serve": "web",
    "demo": "web",
}


class InsekGroup(Translated, click.Group):
    """A group whose commands are imported when they are asked for, so that `insek --help` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which they are used."""
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _MODULES:
            return None
        command: click.Command = getattr(import_module(f"search_app.cli.{_MODULES[cmd_name]}"), f"{cmd_name}_command")
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options, then the commands with their first sentence."""
        Translated.format_options(self, ctx, formatter)
        rows = [
            (name, command.get_short_help_str())
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name))
        ]
        with formatter.section(speak("Commands", ctx)):
            formatter.write_dl(rows)


@click.group(cls=InsekGroup, params=[language_option()], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="insek-graph")
def main() -> None:
    """Goals and measures of German urban development plans: read, link, search and compare.

    Example: insek build plan.pdf --municipality Torgau, then insek search "Blühwiesen für Bienen"
    """
