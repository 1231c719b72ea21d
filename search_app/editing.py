"""What people change in the browser: the types that pages and services share. A draft becomes public when published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Protocol

from kg.model import Item, Plan, Review

CORRECTIONS = "corrections"
"""The id of the draft that collects corrections of what is published already."""


class Step(StrEnum):
    """Where a draft stands."""

    READING = "reading"
    READY = "ready"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about a source; `template` and `params` let the page translate it."""

    template: str
    params: tuple[tuple[str, str | int | float], ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document of a draft with the town it is about and how many items were found."""

    document_id: str
    municipality: str
    municipality_name: str
    title: str
    pages: int
    topics: int
    areas: int
    goals: int
    measures: int
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that is not public yet: a new source (a file or an address), a removal, or corrections only.

    `source` is what people call it; `location` is where it is read from; `published` is the version that it became,
    and `before` the one that served until then. Times are ISO times in UTC.
    """

    id: str
    author: str
    created: str
    step: Step
    source: str = ""
    location: str = ""
    municipality: str | None = None
    title: str | None = None
    removes: str = ""
    found: tuple[FoundDocument, ...] = ()
    remarks: tuple[Remark, ...] = ()
    before: str = ""
    published: str = ""

    @property
    def can_be_undone(self) -> bool:
        """Whether it was published and changed something that was there before."""
        return self.step is Step.PUBLISHED and self.before not in ("", self.published)

    @property
    def at_work(self) -> bool:
        """Whether something is being done to it."""
        return self.step in (Step.READING, Step.PUBLISHING)


@dataclass(frozen=True, slots=True)
class Work:
    """How far the work on a draft is: what is being done (English text), and how many of how many things are done."""

    label: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """One word of a person: a field of an item set to a value, or a link confirmed or rejected."""

    item: str
    field: str
    value: str
    author: str
    date: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published generation that is kept: its id, when and by whom it was published, and how much is in it."""

    id: str
    created: str
    author: str
    documents: int
    goals: int
    measures: int
    serves: bool


class Editing(Protocol):
    """Adding plans and correcting them. Every method that names a draft raises NotFound where there is none."""

    @property
    def largest(self) -> int:
        """How many bytes a file may have."""

    def allows(self, token: str) -> bool:
        """Whether this is the token that allows editing, compared in constant time."""

    def drafts(self) -> tuple[Draft, ...]:
        """All drafts, newest first; corrections only where there are any."""

    def draft(self, identifier: str) -> Draft:
        """One draft."""

    def work(self, identifier: str) -> Work | None:
        """How far the work on it is, None before the first report."""

    def plans(self, identifier: str) -> tuple[Plan, ...]:
        """What was found in the sources of a draft, as corrected so far."""

    def changes(self, identifier: str) -> tuple[Change, ...]:
        """The corrections that a draft holds, oldest first."""

    def history(self, item: str) -> tuple[Change, ...]:
        """The corrections of an item that are public or waiting, oldest first."""

    def add_file(self, file: IO[bytes], name: str, municipality: str, title: str, author: str) -> str:
        """Keeps a file, begins to read it, and gives the draft's id. Raises InvalidRequest for a type that is not read.

        `name` is only shown and gives the title where there is no other.
        """

    def add_address(self, address: str, municipality: str, title: str, author: str) -> str:
        """Begins to fetch and read an address, and gives the draft's id. Raises InvalidRequest for no web address."""

    def read_again(self, identifier: str, municipality: str, title: str) -> None:
        """Reads the source of a draft again, for another town or under another title."""

    def remove(self, document: str, title: str, author: str) -> str:
        """A draft that takes a document out, and its id."""

    def correct(self, identifier: str, item: Item, values: Mapping[str, str], author: str) -> int:
        """Notes in a draft which values of an item differ, and how many do; "dropped": "yes" takes the item out."""

    def take_back(self, identifier: str, item: str, field: str, date: str) -> None:
        """Takes one correction out of a draft that is not public yet; `field` is the concept's IRI for a link.

        The draft of corrections goes with its last one.
        """

    def review(self, item: str, concept: str, review: Review, author: str) -> None:
        """Notes a link as confirmed or rejected, in the draft of corrections."""

    def publish(self, identifier: str, author: str) -> str:
        """Begins to publish a draft as a new generation, and gives the draft's id from now on.

        Raises InvalidRequest unless it is ready.
        """

    def undo(self, identifier: str) -> None:
        """Brings back what served before a draft was published. Raises InvalidRequest where that is not possible."""

    def discard(self, identifier: str) -> None:
        """Throws a draft away. What was published from it stays."""

    def versions(self) -> tuple[Version, ...]:
        """The generations that are kept, newest first."""

    def restore(self, version: str) -> None:
        """Makes a kept generation serve again, with the corrections of its time. Raises NotFound."""
