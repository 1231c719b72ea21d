"""What every process that reads needs, loaded once and shared: the fork server of `ingest.bounded` imports this."""

from __future__ import annotations

import gc
from importlib import import_module

from ingest.words import is_listed
from kg import municipalities

for name in ("ingest.pipeline", "ingest.pdf.read", "ingest.pdf.miner"):
    import_module(name)
is_listed("Stadt")
municipalities.load()
gc.freeze()  # what is loaded stays: the processes neither search it for garbage nor copy its pages
