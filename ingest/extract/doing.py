"""Whether a text says what is done ("Ausbau der Wege", "Wege ausbauen") or what is ("Die Wege sind ausgebaut")."""

from __future__ import annotations

import re
from functools import cache

from ingest.extract.cues import as_pattern, cues
from ingest.extract.names import fold

_QUALITY = re.compile(r"(?:fahig|lich|isch|ig|bar|los|haft|end|iert)(?:e[smnr]?)?$")
_INFINITIVE = re.compile(r"[a-zäöüß]{2,}(?:en|ern|eln)$")


def is_action(title: str) -> bool:
    """Whether a title says what is done: a noun of doing ("Ausbau", "Stärkung") in its first three words, or an
    infinitive at its end ("Radwege ausbauen"). A whole sentence says what is or shall be, not what is done."""
    opening = [fold(word.strip("„“\"',;:/()")) for word in re.split(r"[\s/]+", title)[:3]]
    named = any(_action_pattern().match(word) and not _QUALITY.search(word) for word in opening)
    done = any(word.endswith(("ung", "ierung")) and len(word) > 7 for word in opening[:1])
    return named or done or ends_in_verb(title)


@cache
def _action_pattern() -> re.Pattern[str]:
    return re.compile("|".join(as_pattern(cue) for cue in cues("actions")))


def ends_in_verb(title: str) -> bool:
    """Whether a title ends in an infinitive ("Freibad sanieren", "Beete anlegen und pflegen") and is no sentence."""
    words = title.rstrip(' .!“"').split()
    if len(words) < 2 or is_sentence(title):
        return False
    return bool(_INFINITIVE.fullmatch(words[-1])) and words[-1] not in cues("no_verbs")


def is_sentence(text: str) -> bool:
    """Whether a text has a finite verb of statements ("ist", "wird", "soll")."""
    return bool(_finite().search(text))


@cache
def _finite() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(cues('finite_verbs'))})\b")
