"""Plans compared with what is expected of them: items paired by their titles, then field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ingest.extract.expected import Expected
from ingest.extract.names import key
from kg.model import Document, Goal, Item, Measure, Plan, PlanningArea, Stated, Topic

_ALIKE = 85
KINDS: dict[str, type[Item]] = {"topic": Topic, "area": PlanningArea, "goal": Goal, "measure": Measure}


@dataclass(frozen=True, slots=True)
class Count:
    """Right ones among `found` and `expected`. For a field, `found` counts the items where it was given at all."""

    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1.0 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is expected that was found; 1.0 where nothing is expected."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """The scores of one labelled document.

    `items` and `fields` are pairs of name and count, `missed` and `extra` the titles that differ, `judged` pairs of
    confidence and whether the item is right, `absent` the labelled values that the source does not state (labels of
    another edition), which do not count, `seconds` the time for extraction without reading.
    """

    name: str
    items: tuple[tuple[str, Count], ...]
    fields: tuple[tuple[str, Count], ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    judged: tuple[tuple[float, bool], ...]
    absent: tuple[str, ...]
    pages: int
    seconds: float


def score_plans(
    name: str, expected: Sequence[Expected], plans: Sequence[Plan], documents: Sequence[Document], seconds: float
) -> DocumentScore:
    """The score of plans against what is expected of them together. Kinds that nothing is expected of do not count."""
    names = {item.id: item.label for plan in plans for item in plan.items()}
    items: list[tuple[str, Count]] = []
    pairs: list[tuple[Expected, Item]] = []
    missed: list[str] = []
    extra: list[str] = []
    judged: list[tuple[float, bool]] = []
    for kind, kind_type in KINDS.items():
        wanted = [item for item in expected if item.kind == kind]
        found = [item for plan in plans for item in plan.items() if isinstance(item, kind_type) and _counts(item)]
        if not wanted:
            continue
        matched = _match(wanted, found, names)
        items.append((kind, Count(len(matched), len(found), len(wanted))))
        pairs += matched
        right = {id(item) for _, item in matched}
        judged += [(item.confidence, id(item) in right) for item in found]
        taken = {id(want) for want, _ in matched}
        missed += [want.label for want in wanted if id(want) not in taken]
        extra += [item.label for item in found if id(item) not in right]
    pages = sum(len(document.pages) for document in documents)
    pairs, absent = _without_absent(pairs, documents)
    return DocumentScore(
        name, tuple(items), _fields(pairs, names), tuple(missed), tuple(extra), tuple(judged), absent, pages, seconds
    )


def _counts(item: Item) -> bool:
    return not isinstance(item, PlanningArea) or (item.listed and not item.whole_town)


def _match(wanted: Sequence[Expected], found: Sequence[Item], names: dict[str, str]) -> list[tuple[Expected, Item]]:
    """Pairs of expected and found items, best first, each used once; the same number or goal decides between equals."""
    ranked = []
    for at, want in enumerate(wanted):
        for other, item in enumerate(found):
            alike = fuzz.ratio(key(want.label), key(item.label))
            if alike >= _ALIKE:
                agrees = (want.number is not None and want.number == item.number) + _serves(want, item, names)
                ranked.append((alike + agrees, -abs(at - other), at, other))
    pairs, used, taken = [], set(), set()
    for _, _, at, other in sorted(ranked, reverse=True):
        if at not in used and other not in taken:
            used.add(at)
            taken.add(other)
            pairs.append((wanted[at], found[other]))
    return pairs


def _serves(want: Expected, item: Item, names: dict[str, str]) -> bool:
    if want.goal is None or not isinstance(item, Measure):
        return False
    return any(_alike(names.get(goal, ""), want.goal) for goal in item.goal_ids)


def _alike(a: str, b: str) -> bool:
    left, right = key(a), key(b)
    return fuzz.ratio(left, right) >= _ALIKE or (len(right) >= 8 and right in left)


def _stands(wording: str, text: str) -> bool:
    return key(wording) in text or fuzz.partial_ratio(key(wording), text) >= _ALIKE


def _without_absent(
    pairs: Sequence[tuple[Expected, Item]], documents: Sequence[Document]
) -> tuple[list[tuple[Expected, Item]], tuple[str, ...]]:
    """The pairs without wordings that no page of the source holds, and those wordings."""
    text = "".join(key(page.text) for document in documents for page in document.pages)
    kept: list[tuple[Expected, Item]] = []
    absent: list[str] = []
    for want, item in pairs:
        facts = {}
        for field, wordings in want.facts.items():
            given = _given(item, field)
            found = [w for w in wordings if any(_alike(part, w) for part in given) or _stands(w, text)]
            absent += [f"{want.label}: {field}" for w in wordings if w not in found]
            if found:
                facts[field] = found
        kept.append((replace(want, facts=facts), item))
    return kept, tuple(absent)


def _fields(pairs: Sequence[tuple[Expected, Item]], names: dict[str, str]) -> tuple[tuple[str, Count], ...]:
    counts: dict[str, list[int]] = {}

    def note(field: str, *, right: int, found: int, expected: int) -> None:
        total = counts.setdefault(field, [0, 0, 0])
        for at, value in enumerate((right, found, expected)):
            total[at] += value

    for want, item in pairs:
        if want.number is not None:
            note("number", right=want.number == item.number, found=item.number is not None, expected=1)
        if want.topic is not None and isinstance(item, Goal | Measure):
            note(
                "topic",
                right=_alike(names.get(item.topic_id or "", ""), want.topic),
                found=bool(item.topic_id),
                expected=1,
            )
        if want.goal is not None and isinstance(item, Measure):
            note("goal", right=_serves(want, item, names), found=bool(item.goal_ids), expected=1)
        if want.areas and isinstance(item, Goal | Measure):
            ours = [names[area] for area in item.area_ids]
            right = sum(any(_close(area, other) for other in ours) for area in want.areas)
            note("areas", right=right, found=len(ours), expected=len(want.areas))
        for field, wordings in want.facts.items():
            given = _given(item, field)
            right = sum(any(_alike(text, wording) for text in given) for wording in wordings)
            note(field, right=right, found=len(wordings) if given else 0, expected=len(wordings))
        for field in want.unstated:
            note(field, right=0, found=bool(_given(item, field)), expected=0)
    return tuple((field, Count(*total)) for field, total in counts.items())


def _close(a: str, b: str) -> bool:
    return fuzz.ratio(key(a), key(b)) >= 75


def _given(item: Item, field: str) -> list[str]:
    """The texts of a field; earlier states stand in the description."""
    if field == "description":
        return [item.description] if item.description else []
    value: Stated | tuple[Stated, ...] | None = getattr(item, field, None)
    texts = [part.text for part in (value if isinstance(value, tuple) else (value,)) if part]
    return [*texts, *item.description.split("\n")] if field == "status" and texts else texts
