"""Made-up plans of German towns as Markdown, with lists of goals and tables of measures, to measure growth with.

The words stand in corpus.toml. The same seed and number give the same text; towns are real names of the gazetteer,
what is said of them is invented.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from kg import municipalities

_HEAD = "| Nr. | Maßnahme | Beschreibung | Ziel | Ort | Priorität | Zeitraum | Kosten | Verantwortlich |"
_RULE = "|---" * 9 + "|"
_FIRST_YEAR, _LAST_YEAR = 2026, 2040
_AREAS = 7


def write(folder: Path, towns: int, measures: int, seed: int = 0) -> int:
    """Writes a plan for each of so many towns, and `sources.toml` that names them; the number of bytes written."""
    folder.mkdir(parents=True, exist_ok=True)
    size, listing = 0, []
    for number, (ags, name) in enumerate(_chosen(towns, seed)):
        data = plan(name, measures, f"{seed}/{number}").encode()
        (folder / f"{ags}.md").write_bytes(data)
        listing.append(f'[[source]]\npath = "{ags}.md"\nmunicipality = "{ags}"\n')
        size += len(data)
    (folder / "sources.toml").write_text("\n".join(listing), encoding="utf-8")
    return size


def plan(town: str, measures: int, seed: str) -> str:
    """A plan of a town with so many measures in eight fields of action."""
    chance, words = random.Random(seed), _words()
    areas = chance.sample(words["areas"], _AREAS)
    topics = words["topic"]
    lines = [f"# Integriertes Stadtentwicklungskonzept 2040 der Stadt {town}", "", "## Plangebiete", ""]
    lines += [f"- {area}" for area in areas]
    for number, topic in enumerate(topics, start=1):
        share = measures * number // len(topics) - measures * (number - 1) // len(topics)
        lines += ["", f"## Handlungsfeld {topic['name']}", "", "### Ziele", ""]
        lines += [f"- Ziel {number}.{place}: {goal}" for place, goal in enumerate(topic["goals"], start=1)]
        lines += ["", "### Maßnahmen", "", _HEAD, _RULE]
        lines += [f"| {number}.{place} | {_measure(topic, areas, chance)} |" for place in range(1, share + 1)]
    return "\n".join(lines) + "\n"


def measure(chance: random.Random) -> tuple[str, str]:
    """Label and description of a made-up measure of any field of action."""
    topic = chance.choice(_words()["topic"])
    values = _values(topic, chance)
    description = _described(values, chance)
    return _label(topic, values, chance), description


def _measure(topic: dict[str, Any], areas: list[str], chance: random.Random) -> str:
    words = _words()
    values = _values(topic, chance)
    description = _described(values, chance)
    cells = (
        _label(topic, values, chance),
        description,
        chance.choice(topic["goals"]),
        chance.choice(areas),
        chance.choice(words["priorities"]),
        chance.choice(words["periods"]).format(**values),
        chance.choice(words["costs"]).format(**values),
        chance.choice(words["offices"]),
    )
    return " | ".join(cells)


def _values(topic: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """What the sentences about one measure speak of."""
    of, subject = chance.choice(topic["objects"])
    start = chance.randint(_FIRST_YEAR, _LAST_YEAR - 3)
    return {
        "of": of,
        "object": f"{subject} {_place(chance)}",
        "done": chance.choice(topic["done"]),
        "purpose": chance.choice(topic["purposes"]),
        "wish": chance.choice(topic["wishes"]),
        "year": chance.randint(2018, 2025),
        "months": chance.randint(6, 36),
        "section": chance.randint(2, 5),
        "n": chance.randint(2, 95) * 10,
        "a": start,
        "b": start + chance.randint(1, 3),
    }


def _described(values: dict[str, Any], chance: random.Random) -> str:
    said = (text.format(**values) for text in chance.sample(_words()["sentences"], 3))
    return " ".join(text[0].upper() + text[1:] for text in said)


def _label(topic: dict[str, Any], values: dict[str, Any], chance: random.Random) -> str:
    return f"{chance.choice(topic['actions'])} {values['of']} {_place(chance)}"


def _place(chance: random.Random) -> str:
    return f"{chance.choice(_words()['places'])} {chance.randint(1, 180)}"


def _chosen(count: int, seed: int) -> Iterator[tuple[str, str]]:
    gazetteer = municipalities.load()
    keys = gazetteer.keys()
    for ags in random.Random(seed).sample(keys, min(count, len(keys))):
        if town := gazetteer.get(ags):
            yield ags, town.name


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("corpus.toml").read_text(encoding="utf-8"))
