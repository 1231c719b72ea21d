"""Title and rest of an item whose text stands in one block."""

from __future__ import annotations

import re

from ingest.extract.builder import EMPTY, Builder
from ingest.extract.cues import cues
from ingest.extract.doing import is_sentence
from ingest.extract.lines import Block, Found, is_broken
from ingest.extract.names import fold

_SHORTEST, _LONGEST = 12, 200
_PLAIN = 160
_END = re.compile(r":\s+|\s[–-]\s|(?<=[a-zäöüß)])\.\s+(?=[A-ZÄÖÜ])")


def title_and_rest(builder: Builder, block: Block) -> tuple[Found, Found]:
    """The title of an item and what follows it: up to a line that ends before a sentence begins, a colon, a dash or
    the end of the first sentence, where that is short."""
    found = builder.texts.found
    if cut := lines_of_title(block):
        return found(block[:cut]), found(block[cut:])
    text = builder.texts.join(block)
    if len(text) <= _PLAIN and not _END.search(text[:120]):
        return found(block), EMPTY
    for at, line in enumerate(block[:3]):
        if match := _END.search(line.text):
            head = (*block[:at], line.cut(0, match.start()))
            rest = (line.cut(match.end()), *block[at + 1 :])
            if _SHORTEST <= len(builder.texts.join(head)) <= _LONGEST:
                return found(head), found([part for part in rest if part.text])
    return found(block), EMPTY


def lines_of_title(block: Block) -> int | None:
    """How many lines the title takes where it stands on lines of its own, and whole sentences follow; else None."""
    for at in (1, 2):
        title = " ".join(line.text for line in block[:at])
        rest = " ".join(line.text for line in block[at:])
        if not rest or title.endswith((".", ",", "-", "–", ":", ";", "/", "&")) or not rest[0].isupper():
            continue
        last = title.split()[-1]
        open_end = fold(last) in {fold(cue) for cue in cues("open_ends")}
        whole = (
            rest.endswith((".", "!"))
            and not is_sentence(title)
            and (is_sentence(rest) or is_broken(block, block[at - 1], block[at]))
        )
        if whole and not open_end and (last[0].isupper() or last[-1] in '“")' or last.endswith("en")):
            return at
    return None
