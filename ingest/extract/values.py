"""Values of facts in a normal form beside their wording: periods, costs, priorities, states."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ingest.extract.fields import knowledge
from ingest.extract.lines import Found
from ingest.extract.names import fold, key
from kg.model import Evidence, Stated

_YEAR = r"(?:19|20)\d\d"
_SPAN = re.compile(rf"({_YEAR})\s*(?:-|–|—|/|bis|und|to)\s*({_YEAR})")
_UNTIL = re.compile(rf"\b(?:bis|spätestens|vor)\s+(?:\w+\s+)?({_YEAR})")
_SINCE = re.compile(rf"\b(?:ab|seit|von|frühestens)\s+(?:\w+\s+)?({_YEAR})")
_DURATION = re.compile(r"(\d{1,2}(?:,\d)?)\s*(?:-|–|bis)?\s*(Jahre?n?|Monate?n?)\b")
_AMOUNT = re.compile(
    r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+|-+))?\s*"
    r"(?:(Mio|Millionen|Mrd|Tsd|Tausend|T|k|TEUR|Mill)\.?\s*)?(€|Euro\b|EUR\b)?",
)
_YEARLY = re.compile(r"(?:€|EUR|Euro)\s*(?:/|pro|je|im|p\.?)\s*(?:Jahr|a\b)|jährlich|p\.\s?a\.")
_TOTAL = re.compile(
    r"(?:Insgesamt|Gesamt\w*)\s*:?\s*(?:ca\.\s*|rd\.\s*|rund\s*)?[\d.,]+\s*(?:(?:Mio|Tsd|T|k)\.?\s*)?(?:€|EUR\b|Euro\b)"
)
_LONGEST_GRADE = 11
_SCALE = {
    "mio": 10**6,
    "millionen": 10**6,
    "mill": 10**6,
    "mrd": 10**9,
    "tsd": 1000,
    "tausend": 1000,
    "t": 1000,
    "k": 1000,
}


def stated(field: str, found: Found) -> Stated | None:
    """The fact as worded, its normal form where there is one; None where the words state nothing.

    Nothing is stated by "k. A." and the like, by a form's own placeholder, and by a list of all options of which
    none is marked ("hoch – mittel – gering"). Of marked options the marked one is taken. Words that are no grade are
    no priority.
    """
    text = found.text.strip(" ,;|")
    text = _marked(field, text) or text
    if not text or not found.evidence or says_nothing(text) or _all_options(field, text):
        return None
    normalise = _NORMAL.get(field)
    normal = normalise(text) if normalise else None
    if field == "priority" and normal is None and len(text) > _LONGEST_GRADE:
        return None
    return Stated(text, normal, found.evidence)


def with_unit(cost: Stated | None, head: str) -> Stated | None:
    """A cost that is a bare number, in the unit that its column's head names ("Kosten (T€)")."""
    unit = re.search(r"(?:T|k|Tsd\.?\s*|Tausend\s*|Mio\.?\s*|Millionen\s*)?(?:€|EUR\b|Euro\b)", head)
    if cost is None or cost.normal or unit is None or not re.fullmatch(r"[\d.,\s–-]+", cost.text):
        return cost
    return Stated(cost.text, _cost(f"{cost.text} {unit.group()}"), cost.evidence)


def stated_by_hand(field: str, text: str, evidence: tuple[Evidence, ...]) -> Stated | None:
    """A fact as a person worded it, with its normal form; None for an empty text."""
    normalise = _NORMAL.get(field)
    return Stated(text, normalise(text) if normalise else None, evidence) if text else None


def says_nothing(text: str) -> bool:
    """Whether a value only says that there is none."""
    return fold(text.strip()) in _nothing() or not any(c.isalnum() or ord(c) > 0x2000 for c in text)


@cache
def _nothing() -> frozenset[str]:
    return frozenset(fold(value) for value in knowledge()["nothing"]["values"])


def _all_options(field: str, text: str) -> bool:
    choices = knowledge()["choices"].get(field, [])
    parts = {key(part) for part in re.split(r"[\s]*[–\-/|;,•☐□○\n][\s]*|\s{2,}|\s+(?=[a-zäöü])", text) if key(part)}
    options = {key(choice) for choice in choices}
    return len(parts & options) >= 3 and len(parts - options) <= 1


def _marked(field: str, text: str) -> str | None:
    """The option beside a mark, where exactly one is marked."""
    choices: dict[str, list[str]] = knowledge()["choices"]
    marks = "|".join(re.escape(mark) for mark in choices["marks"])
    options = "|".join(re.escape(option) for option in sorted(choices.get(field, []), key=len, reverse=True))
    if not options or not re.search(marks, text):
        return None
    found: list[str] = re.findall(rf"(?:{marks})\s*({options})\b", text, re.IGNORECASE)
    return str(found[0]) if len(found) == 1 else None


def _period(text: str) -> str | None:
    dates = re.findall(rf"\b{_YEAR}-\d\d-\d\d\b", text)
    if len(dates) in (1, 2):
        return "/".join(dates)
    if spans := {f"{match[1]}/{match[2]}" for match in _SPAN.finditer(text)}:
        return spans.pop() if len(spans) == 1 else None
    if match := _UNTIL.search(text):
        return f"../{match[1]}"
    if match := _SINCE.search(text):
        return f"{match[1]}/.."
    years: list[str] = sorted(set(re.findall(rf"\b{_YEAR}\b", text)))
    if len(years) == 1:
        return years[0]
    if years:
        return None
    return _word("period", text) or _duration(text)


def _duration(text: str) -> str | None:
    match = _DURATION.search(text)
    if not match:
        return None
    number = float(match[1].replace(",", "."))
    months = number if match[2].startswith("Monat") else number * 12
    return f"P{int(months // 12)}Y" if months % 12 == 0 else f"P{int(months)}M"


def _cost(text: str) -> str | None:
    if word := _word("priority", text):
        return word
    if total := _TOTAL.match(text):
        text = total.group()
    amounts = [(m, _amount(m)) for m in _AMOUNT.finditer(text)]
    money = [(m, value) for m, value in amounts if m[3] or m[4]]
    if not money:
        return None
    last = money[-1]
    span = re.search(r"(\d[\d.,]*)\s*(?:-|–|—|bis)\s*(?:zu\s*)?$", text[: last[0].start()])
    yearly = "/year" if _YEARLY.search(text) else ""
    if span and len({value for _, value in money}) <= 2:
        low = _AMOUNT.match(span[1])
        scale = last[1] / _plain(last[0]) if _plain(last[0]) else 1
        first = _amount(low) if low else 0.0
        first = first * scale if low and not low[3] and first < last[1] / 100 else first
        return f"{_number(first)}-{_number(last[1])} EUR{yearly}"
    return f"{_number(last[1])} EUR{yearly}" if len({value for _, value in money}) == 1 else None


def _plain(match: re.Match[str]) -> float:
    decimals = match[2] if match[2] and match[2].isdigit() else "0"
    return float(f"{match[1].replace('.', '')}.{decimals}")


def _amount(match: re.Match[str]) -> float:
    return _plain(match) * _SCALE.get((match[3] or "").lower().removesuffix("eur"), 1)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _word(field: str, text: str) -> str | None:
    """The normal form of a listed word, where the text is that word, or begins with it and goes on briefly."""
    folded = fold(text.strip(" .()"))
    normal: dict[str, str] = knowledge()["normal"][field]
    for word in sorted(normal, key=len, reverse=True):
        form = fold(word)
        if folded == form or (len(folded) <= 60 and re.match(rf"{re.escape(form)}\b", folded)):
            return normal[word]
    return None


def _priority(text: str) -> str | None:
    level = re.fullmatch(r"(?:Priorität\s*)?([A-E]\+{0,2}|[1-9]|I{1,3})(?:\s*\(.*\))?", text.strip())
    return level[1] if level else _word("priority", text)


def _status(text: str) -> str | None:
    codes: dict[str, str] = knowledge()["codes"]["execution_status"]
    return codes.get(text) or _word("status", text)


_NORMAL: dict[str, Callable[[str], str | None]] = {
    "period": _period,
    "cost": _cost,
    "priority": _priority,
    "status": _status,
}
