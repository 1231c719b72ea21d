"""Drafts: what people add and correct in the browser, kept on disk until it is published or thrown away.

workspace/drafts/<id>/  draft.json · work.json (how far the work is) · work.log · lock · plans/ · corrections.jsonl · …
workspace/uploads/      the files that people sent, under names of ours

The work itself runs in a process of its own (`search_app.services.draft_work`), which holds the draft's lock until it
ends. So a draft whose work broke off is known by its free lock, also after the server was started anew.
"""

from __future__ import annotations

import fcntl
import hmac
import pickle
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from ingest.extract import corrections as layer
from ingest.media import DOCX, XLSX, media_type
from kg.errors import InvalidRequest, NotFound
from kg.mapping.corrections import Correction as LinkCorrection
from kg.model import Item, Plan, Review
from kg.serial import from_json, to_json
from kg.settings import Settings
from search_app.editing import CORRECTIONS, Change, Draft, Remark, Step, Version, Work
from search_app.services import build, corrections, generation, stages
from search_app.services.corrections import Corrections

_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "text/plain": ".txt",
    DOCX: ".docx",
    XLSX: ".xlsx",
}
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_LONGEST_TITLE = 300
_LETTING_GO = 10.0


class Drafts:
    """Adding and correcting as `search_app.editing.Editing` asks for it, over one workspace."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.workspace / "drafts"

    @property
    def largest(self) -> int:
        """How many bytes a file may have."""
        return self._settings.max_source_bytes

    def allows(self, token: str) -> bool:
        """Whether this is the token that allows editing, compared in constant time."""
        known = self._settings.editor_token.encode()
        return bool(known) and hmac.compare_digest(token.encode(), known)

    def drafts(self) -> tuple[Draft, ...]:
        """All drafts, newest first; corrections only where there are any."""
        found = [self.draft(path.parent.name) for path in self._folder.glob("*/draft.json")]
        return tuple(sorted(found, key=lambda draft: draft.created, reverse=True))

    def draft(self, identifier: str) -> Draft:
        """One draft. Raises NotFound."""
        draft = self._load(identifier)
        if draft.at_work and not self._is_locked(identifier):
            draft = self._load(identifier)  # it may have ended in between
        if draft.at_work and not self._is_locked(identifier):
            return replace(draft, step=Step.FAILED, remarks=(Remark("the work on it was interrupted; try again"),))
        return draft

    def _load(self, identifier: str) -> Draft:
        known = {path.parent.name: path for path in self._folder.glob("*/draft.json")}
        if identifier not in known:
            raise NotFound("no draft {id!r}; it may have been thrown away", id=identifier)
        return from_json(known[identifier].read_bytes(), Draft)

    def save(self, draft: Draft) -> None:
        """Writes a draft down as it is now."""
        stages.write_atomically(self._folder / draft.id / "draft.json", to_json(draft))

    def folder(self, identifier: str) -> Path:
        """Where a draft is kept."""
        return self._folder / identifier

    def work(self, identifier: str) -> Work | None:
        """How far the work on it is, None before the first report."""
        path = self._folder / identifier / "work.json"
        return from_json(path.read_bytes(), Work) if path.is_file() else None

    def plans(self, identifier: str) -> tuple[Plan, ...]:
        """What was found in the sources of a draft, as corrected so far."""
        made = layer.load(corrections.items(self._folder / identifier))
        paths = sorted((self._folder / self.draft(identifier).id / "plans").glob("*.json"))
        return tuple(layer.apply(from_json(path.read_bytes(), Plan), made)[0] for path in paths)

    def changes(self, identifier: str) -> tuple[Change, ...]:
        """The corrections that a draft holds, oldest first."""
        return _changes(corrections.load(self._folder / self.draft(identifier).id))

    def history(self, item: str) -> tuple[Change, ...]:
        """The corrections of an item that are public or waiting, oldest first."""
        folders = (self._settings.workspace, self._folder / CORRECTIONS)
        found = [change for folder in folders for change in _changes(corrections.load(folder))]
        return tuple(change for change in found if change.item == item)

    def add_file(self, file: IO[bytes], name: str, municipality: str, title: str, author: str) -> str:
        """Keeps a file and begins to read it. Raises InvalidRequest for a type that is not read."""
        identifier = secrets.token_hex(6)
        uploads = (self._settings.workspace / "uploads").resolve()
        uploads.mkdir(parents=True, exist_ok=True)
        shown = name.replace("\\", "/").rpartition("/")[2][:_LONGEST_TITLE]
        partial = uploads / f".{identifier}{_known_suffix(shown)}"
        try:
            with partial.open("wb") as kept:
                shutil.copyfileobj(file, kept)
            kind = _readable_type(partial, shown)
            location = partial.rename(uploads / f"{identifier}{_SUFFIXES[kind]}")
        finally:
            partial.unlink(missing_ok=True)
        return self._begin_reading(identifier, author, shown, str(location), municipality, title)

    def add_address(self, address: str, municipality: str, title: str, author: str) -> str:
        """Begins to fetch and read an address. Raises InvalidRequest for no web address."""
        if not _ADDRESS.fullmatch(address):
            raise InvalidRequest("{address!r} is no web address; it begins with https://", address=address)
        return self._begin_reading(secrets.token_hex(6), author, address, address, municipality, title)

    def _begin_reading(self, identifier: str, author: str, source: str, location: str, town: str, title: str) -> str:
        draft = Draft(identifier, author, _now(), Step.READING, source, location, town or None, _short(title) or None)
        self._begin("read", draft)
        return identifier

    def read_again(self, identifier: str, municipality: str, title: str) -> None:
        """Reads the source of a draft again, for another town or under another title."""
        draft = self.draft(identifier)
        if not draft.location or draft.at_work:
            raise InvalidRequest("this draft cannot be read again now")
        again = replace(draft, step=Step.READING, municipality=municipality or None, remarks=())
        self._begin("read", replace(again, title=_short(title) or draft.title))

    def remove(self, document: str, title: str, author: str) -> str:
        """A draft that takes a document out, and its id."""
        identifier = secrets.token_hex(6)
        self.save(Draft(identifier, author, _now(), Step.READY, source=title, removes=document))
        return identifier

    def correct(self, identifier: str, item: Item, values: Mapping[str, str], author: str) -> int:
        """Notes in a draft which values of an item differ, and how many do; "dropped": "yes" takes the item out."""
        found = layer.changes(item, values, author=author, date=_now())
        self._note(identifier, Corrections(items=found), author)
        return len(found)

    def take_back(self, identifier: str, item: str, field: str, date: str) -> None:
        """Takes one correction out of a draft that is not public yet; the draft of corrections goes with its last."""
        if self.draft(identifier).step not in (Step.READY, Step.FAILED):
            raise InvalidRequest("this draft is public or being worked on; its corrections stay")
        corrections.take_back(self._folder / identifier, item, field, date)
        if identifier == CORRECTIONS and not self.changes(identifier):
            self.discard(identifier)

    def review(self, item: str, concept: str, review: Review, author: str) -> None:
        """Notes a link as confirmed or rejected, in the draft of corrections."""
        word = LinkCorrection(item, concept, review, author, _now())
        self._note(CORRECTIONS, Corrections(links=(word,)), author)

    def _note(self, identifier: str, new: Corrections, author: str) -> None:
        known = (self._folder / identifier / "draft.json").is_file()
        if identifier == CORRECTIONS and not known and (new.items or new.links):
            self.save(Draft(CORRECTIONS, author, _now(), Step.READY))
        elif self.draft(identifier).at_work:
            raise InvalidRequest("this draft is being worked on; wait until that has ended")
        if new.items or new.links:
            corrections.append(self._folder / identifier, new)

    def publish(self, identifier: str, author: str) -> str:
        """Begins to publish a draft as a new generation, and gives the draft's id from now on.

        Corrections get an id of their own, so that new ones can be collected. Raises InvalidRequest unless it is ready.
        """
        draft = self.draft(identifier)
        if draft.step not in (Step.READY, Step.FAILED) or (draft.location and not draft.found):
            raise InvalidRequest("this draft is not ready to be published")
        if draft.id == CORRECTIONS:
            draft = replace(draft, id=secrets.token_hex(6))
            (self._folder / CORRECTIONS).rename(self._folder / draft.id)
        before = generation.current_or_none(self._settings.workspace)
        serving = before.manifest.id if before else ""
        self._begin("publish", replace(draft, step=Step.PUBLISHING, author=author, before=serving, remarks=()))
        return draft.id

    def undo(self, identifier: str) -> None:
        """Brings back what served before a draft was published. Raises InvalidRequest where that is not possible."""
        draft = self.draft(identifier)
        if not draft.can_be_undone:
            raise InvalidRequest("this cannot be undone")
        serving = generation.current(self._settings.workspace).manifest.id
        if serving != draft.published:
            raise InvalidRequest("something else was published since; choose a version to go back to")
        self.restore(draft.before)
        self.save(replace(draft, step=Step.READY, before="", published=""))

    def discard(self, identifier: str) -> None:
        """Throws a draft away. What was published from it stays, with its file."""
        draft = self.draft(identifier)
        if draft.at_work:
            raise InvalidRequest("this draft is being worked on; wait until that has ended")
        shutil.rmtree(self._folder / draft.id)
        published = {
            each.location for kept in generation.kept(self._settings.workspace) for each in kept.manifest.documents
        }
        if draft.location not in published and not _ADDRESS.match(draft.location) and draft.location:
            Path(draft.location).unlink(missing_ok=True)

    def versions(self) -> tuple[Version, ...]:
        """The generations that are kept, newest first."""
        serving = generation.current_or_none(self._settings.workspace)
        return tuple(
            Version(
                kept.manifest.id,
                kept.manifest.created,
                kept.manifest.author,
                len(kept.manifest.documents),
                sum(document.goals for document in kept.manifest.documents),
                sum(document.measures for document in kept.manifest.documents),
                serving is not None and kept.manifest.id == serving.manifest.id,
            )
            for kept in sorted(
                generation.kept(self._settings.workspace), key=lambda kept: kept.manifest.id, reverse=True
            )
        )

    def restore(self, version: str) -> None:
        """Makes a kept generation serve again, with the corrections of its time. Raises NotFound."""
        build.restore(version, self._settings.workspace)

    def _begin(self, task: str, draft: Draft) -> None:
        """Starts the work in a process that holds the draft's lock until it ends."""
        folder = self._folder / draft.id
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock, (folder / "work.log").open("w") as log:
            _lock(lock)
            (folder / "work.json").unlink(missing_ok=True)
            self.save(draft)
            process = subprocess.Popen(
                [sys.executable, "-m", "search_app.services.draft_work"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=(lock.fileno(),),
                start_new_session=True,
            )
            assert process.stdin is not None
            with process.stdin:
                pickle.dump((task, draft.id, self._settings), process.stdin)

    def _is_locked(self, identifier: str) -> bool:
        path = self._folder / identifier / "lock"
        if not path.is_file():
            return False
        with path.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def _lock(file: IO[str]) -> None:
    """Locks a file; a process that has just finished its work may take a moment to let go of it."""
    deadline = monotonic() + _LETTING_GO
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if monotonic() > deadline:
                raise InvalidRequest("this draft is being worked on; wait until that has ended") from error
        sleep(0.05)


def _changes(found: Corrections) -> tuple[Change, ...]:
    items = (Change(each.item, each.field, each.value, each.author, each.date) for each in found.items)
    links = (Change(each.item_id, each.concept, each.review.value, each.author, each.date) for each in found.links)
    return tuple(sorted((*items, *links), key=lambda change: change.date))


def _known_suffix(name: str) -> str:
    """The ending of a name where it is one of ours, which tells kinds of text apart."""
    ending = f".{name.rpartition('.')[2].lower()}"
    return ending if ending in {*_SUFFIXES.values(), ".htm"} else ""


def _readable_type(path: Path, name: str) -> str:
    kind = media_type(path)
    if kind not in _SUFFIXES:
        raise InvalidRequest("{name}: this type of file is not read; known are {known}", name=name, known=_known())
    if not path.stat().st_size:
        raise InvalidRequest("{name}: the file is empty", name=name)
    return kind


def _known() -> str:
    return ", ".join(suffix.removeprefix(".").upper() for suffix in _SUFFIXES.values())


def _short(title: str) -> str:
    return " ".join(title.split())[:_LONGEST_TITLE]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
