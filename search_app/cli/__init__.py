"""The command line `insek`: one module per group of commands, imported only when a command is called."""

from __future__ import annotations

from search_app.cli.group import main

__all__ = ["main"]
