"""A workspace of its own for each test, and small documents of real towns written for the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.settings import Settings

PLAN = """Stadtentwicklungskonzept 2035 der Stadt {town}

Maßnahmen

1.1 Ausbau der Radwege am Fluss

Die Radwege am Ufer werden verbreitert und beleuchtet, damit der Weg zur Arbeit auch im Winter sicher ist.

1.2 Neue Bäume für den Marktplatz

Auf dem Marktplatz werden Bäume gepflanzt, die Schatten spenden und wenig Wasser brauchen.

1.3 Beratung für Vereine

Eine Stelle im Rathaus hilft Vereinen bei Anträgen auf Förderung.
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with the deterministic dummy encoder and an empty workspace."""
    return Settings(workspace=tmp_path / "workspace", encoder="dummy")


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A plan of Torgau with three numbered measures."""
    path = tmp_path / "torgau.txt"
    path.write_text(PLAN.format(town="Torgau"), encoding="utf-8")
    return path
