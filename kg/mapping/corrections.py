"""The human method: what people confirmed, rejected or added, laid over the links that the program made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import InvalidRequest
from kg.model import Alignment, Change, LinkMethod, Review
from kg.vocabulary import concept

VERSION = "human-1"


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one link (item's id, concept's IRI): confirmed or rejected, by whom and when (ISO time)."""

    item_id: str
    concept: str
    review: Review
    author: str = ""
    date: str = ""


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Corrections from JSON lines `{"item": "goal-…", "concept": IRI or code, "review": "confirmed"|"rejected"}`.

    `author` and `date` may stand beside them.
    A file that does not exist holds none. Raises InvalidRequest with the line that cannot be used, NotFound for an
    unknown concept.
    """
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_correction(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _correction(path: Path, number: int, line: str) -> Correction:
    try:
        record = json.loads(line)
        author, date = str(record.get("author", "")), str(record.get("date", ""))
        return Correction(
            str(record["item"]), concept(str(record["concept"])).iri, Review(record["review"]), author, date
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(
            "{path}, line {line}: expected item, concept and review: {reason}", path=path, line=number, reason=error
        ) from error


def append_corrections(path: Path, corrections: Iterable[Correction]) -> None:
    """Adds corrections to a file of JSON lines, the newest last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for each in corrections:
            record = {"item": each.item_id, "concept": each.concept, "review": each.review.value}
            file.write(json.dumps(record | {"author": each.author, "date": each.date}, ensure_ascii=False) + "\n")


def apply_corrections(
    links: Iterable[Alignment], corrections: Sequence[Correction], items: Iterable[str] = ()
) -> tuple[Alignment, ...]:
    """The links with the corrections laid over them; the last word on a link counts.

    A confirmed link is accepted with confidence 1, a rejected one is kept but not accepted, and a confirmed link
    that the program had not found is added with the method human. Corrections of items that are neither linked nor
    among `items` are left out.
    """
    words = {(each.item_id, each.concept): each for each in corrections}
    reviewed = [_review(link, words.pop((link.item_id, link.concept), None)) for link in links]
    known = {link.item_id for link in reviewed} | set(items)
    added = [_added(word) for word in words.values() if word.review is Review.CONFIRMED and word.item_id in known]
    return (*reviewed, *added)


def history(links: Iterable[Alignment], corrections: Iterable[Correction]) -> tuple[Change, ...]:
    """What people said of links, in their order: "unreviewed" before, or nothing where there was no link.

    Corrections of which author or date is not known are left out.
    """
    said = {(link.item_id, link.concept): link.review.value for link in links}
    found = []
    for made in corrections:
        before = said.get((made.item_id, made.concept), "")
        said[made.item_id, made.concept] = made.review.value
        if made.author and made.date:
            found.append(Change(made.item_id, "link", before, made.review.value, made.author, made.date, made.concept))
    return tuple(found)


def _review(link: Alignment, word: Correction | None) -> Alignment:
    if word is None:
        return link
    if word.review is Review.CONFIRMED:
        return replace(link, accepted=True, confidence=1.0, review=word.review)
    return replace(link, accepted=link.accepted and word.review is not Review.REJECTED, review=word.review)


def _added(word: Correction) -> Alignment:
    meant = concept(word.concept)
    return Alignment(
        word.item_id,
        meant.iri,
        meant.scheme,
        meant.notation,
        LinkMethod.HUMAN,
        VERSION,
        1.0,
        True,
        shares=(("human", 1.0),),
        review=Review.CONFIRMED,
    )
