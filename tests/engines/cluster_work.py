"""What the tests have a cluster do. Its workers import this module by its name."""

from __future__ import annotations

import errno
import os
import time

from kg.errors import InsekError, SourceError

PLAN = """Stadtentwicklungskonzept 2035 der Stadt {town}

Maßnahmen

1.1 Ausbau der Radwege am Fluss {number}

Die Radwege am Ufer werden verbreitert und beleuchtet, damit der Weg zur Arbeit auch im Winter sicher ist.

1.2 Neue Bäume für den Marktplatz

Auf dem Marktplatz werden Bäume gepflanzt, die Schatten spenden und wenig Wasser brauchen.

1.3 Beratung für Vereine

Eine Stelle im Rathaus hilft Vereinen bei Anträgen auf Förderung.
"""


def work(order: str) -> str | InsekError:
    """Waits, hangs, ends its process, finds no room, fails, or writes the order in capitals."""
    if order.startswith("wait"):
        time.sleep(0.05)
    if order == "hang":
        time.sleep(20)
    if order == "full":
        raise OSError(errno.ENOSPC, "No space left on device")
    if order == "kill":
        os._exit(1)
    if order == "bad":
        return SourceError("{location}: no good", location=order)
    return order.upper()


def code_version() -> str:
    """The same everywhere."""
    return "1"


def other_version() -> str:
    """Another one in every process."""
    return str(os.getpid())
