"""`insek validate`: whether the published graph keeps all rules."""

from __future__ import annotations

import sys

import click

from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.output import format_option, write_records

_COLUMNS = {"severity": "Severity", "rule": "Rule", "message": "Meaning", "label": "Title", "page": "Page"}


@click.command("validate", cls=InsekCommand)
@format_option("table", "json", "jsonl", "csv")
@click.pass_obj
def validate_command(session: Session, form: str) -> None:
    """Check the published graph against its shapes and rules; exit code 1 on a violation.

    Example: insek validate --format csv > findings.csv
    """
    from search_app.services.generation import current
    from search_app.services.validation import findings

    found = findings(current(session.settings().workspace))
    records = [
        {
            "severity": speak(finding.severity),
            "rule": finding.rule,
            "item": finding.item,
            "label": finding.label,
            "message": finding.message(session.language),
            "value": finding.value,
            "page": finding.page,
            "quote": finding.quote,
        }
        for finding in found
    ]
    write_records(records, form, _COLUMNS)
    violations = sum(finding.severity == "violation" for finding in found)
    told = speak("{violations} violations, {warnings} warnings.")
    click.echo(told.format(violations=violations, warnings=len(found) - violations), err=True)
    sys.exit(1 if violations else 0)
