"""Questions that a form prints below its labels, which are no part of the values."""

from __future__ import annotations

import re

from ingest.extract.fields import inline_label, label_fields, question_field
from ingest.extract.lines import Block
from kg.model import Passage

_LONGEST_QUESTION = 5
_ASKS = re.compile(
    r"(?:Um was|Worum|Woran|Wodurch|Womit|Warum|Wieso|Woher|Welche[rsn]?|Wer|Wie|Was|Wann|Wo|Gibt es|Fallen)\b"
)


def without_question(block: Block) -> Block:
    """The block without the questions of a form that it begins with."""
    if not block or not _ASKS.match(block[0].text):
        return block
    for at in reversed(range(min(len(block), _LONGEST_QUESTION))):
        end = block[at].text.rfind("?") + 1
        if end:
            rest = block[at].cut(end)
            return (rest, *block[at + 1 :]) if rest.text else block[at + 1 :]
    return block


def asked(passage: Passage, before: Passage | None) -> str | None:
    """The field that a form's question asks for; None for what is no question or begins with a label."""
    if label_fields(passage.text) or inline_label(passage.text):
        return None
    whole = f"{before.text} {passage.text}" if before and half_question(before, passage) else passage.text
    return question_field(whole)


def half_question(passage: Passage, following: Passage | None) -> bool:
    """Whether a form's question begins here and ends in the next passage."""
    begins = bool(_ASKS.match(passage.text)) and len(passage.text) <= 120 and not passage.text.endswith((".", "?"))
    return begins and following is not None and following.text.endswith("?") and len(following.text) <= 150
