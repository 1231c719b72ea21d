"""What all commands have in common: workspace and language, translated help, and errors as one line."""

from __future__ import annotations

import sys
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.errors import InsekError
from search_app.cli.language import language, language_option, speak

if TYPE_CHECKING:
    from kg.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with: the workspace it was called for, and the language of its answer."""

    workspace: Path | None
    language: str

    def settings(self, **options: Any) -> Settings:
        """All settings, those given as options last. Raises InvalidRequest for unusable values."""
        from kg.settings import load_settings

        return load_settings(workspace=self.workspace, **options)


class Translated(click.Command):
    """A command whose help comes in the language of the call. Help texts stand in the code in English."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the description, translated paragraph by paragraph."""
        paragraphs = (self.help or "").split("\n\n")
        formatter.write_paragraph()
        for paragraph in paragraphs:
            with formatter.indentation():
                formatter.write_text(_spoken(" ".join(paragraph.split()), ctx))
            formatter.write_paragraph()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options with their translated meaning."""
        rows = []
        for parameter in self.get_params(ctx):
            if not isinstance(parameter, click.Option):
                continue
            translated = copy(parameter)
            translated.help = speak(parameter.help, ctx) if parameter.help else None
            if record := translated.get_help_record(ctx):
                rows.append(record)
        if rows:
            with formatter.section(speak("Options", ctx)):
                formatter.write_dl(rows)

    def get_short_help_str(self, limit: int = 80) -> str:
        """The first sentence of the description, translated."""
        first = " ".join((self.help or "").split("\n\n")[0].split())
        return speak(first)


def _spoken(paragraph: str, ctx: click.Context) -> str:
    """A paragraph of help in the language of the call; an example stays as it is typed."""
    example = paragraph.removeprefix("Example: ")
    return speak(paragraph, ctx) if example == paragraph else f"{speak('Example', ctx)}: {example}"


class InsekCommand(Translated):
    """A command with `--workspace` and `--lang`. It is given a `Session` by `click.pass_obj`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = click.Option(
            ["--workspace"],
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder of what is published; default $INSEK_WORKSPACE, else ./workspace.",
        )
        self.params += [workspace, language_option()]

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. An error of ours becomes one line on stderr and exit code 1."""
        ctx.obj = Session(ctx.params.pop("workspace"), language(ctx))
        try:
            return super().invoke(ctx)
        except InsekError as error:
            click.echo(f"insek: {speak(error.template, ctx).format(**error.params)}", err=True)
            sys.exit(1)
