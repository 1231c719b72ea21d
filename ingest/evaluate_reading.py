"""How well documents are read: the share of labelled texts that stand in the passages, word for word.

    insek eval reading

Texts are compared after cleaning, with white space as one. Long texts count sentence by sentence.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest import readers
from ingest.german import clean, join_pieces
from ingest.sources import SourceRequest, describe
from kg.model import Document
from kg.settings import Settings

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[A-ZÄÖÜ„(])")
_SHORTEST = 4
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class ReadingScore:
    """How many of a document's labelled texts were found, how many there are, and the first that are missing."""

    document: str
    found: int
    texts: int
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share found, 0 to 1."""
        return self.found / self.texts if self.texts else 0.0


def evaluate_reading(corpus: Path, settings: Settings) -> list[ReadingScore]:
    """The score of every labelled document in the corpus folder that is there."""
    return [
        _score(name, corpus / file, texts(corpus), settings) for name, file, texts in _CASES if (corpus / file).exists()
    ]


def _score(name: str, path: Path, texts: Iterable[str], settings: Settings) -> ReadingScore:
    pages = " ".join(
        _words(_read(file, settings)) for file in ([path] if path.is_file() else sorted(path.rglob("*.md")))
    )
    wanted = [text for text in texts if _is_in_file(text, path)]
    missing = [text for text in wanted if _folded(text) not in pages]
    return ReadingScore(name, len(wanted) - len(missing), len(wanted), tuple(missing[:20]))


@cache
def _letters_of_pdf(path: Path) -> str:
    """All letters of the file's text layer as another reader gives them, without spaces."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(path)) as pdf:
        return _NOT_LETTERS.sub("", "".join(page.get_textpage().get_text_bounded() for page in pdf))


def _is_in_file(text: str, path: Path) -> bool:
    """Whether a PDF has the text at all: labels may come from another edition of it."""
    return path.suffix != ".pdf" or _NOT_LETTERS.sub("", clean(text)) in _letters_of_pdf(path)


def _read(path: Path, settings: Settings) -> Document:
    document, _ = readers.read(path, describe(SourceRequest(str(path)), path, ""), settings)
    return document


def _words(document: Document) -> str:
    return _folded(" ".join(passage.text for passage in document.passages))


def _folded(text: str) -> str:
    """Letters and figures only, so that a quotation mark or a space before a slash does not count, nor that a figure
    is raised ("m²"), which labels taken from a text layer do not show.
    """
    return _NOT_LETTERS.sub(" ", unicodedata.normalize("NFKC", join_pieces(clean(text)))).strip()


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(clean(text.replace("<br>", " "))):
        if len(_folded(sentence)) >= _SHORTEST:
            yield sentence


def _muenster(corpus: Path) -> Iterator[str]:
    for row in _rows(corpus / "labels/muenster_sachstand.tsv"):
        yield from _sentences(row["text"])


def _karlsruhe(corpus: Path) -> Iterator[str]:
    for path in sorted((corpus / "labels/karlsruhe_ksk_a").glob("*.json")):
        for text in json.loads(path.read_text(encoding="utf-8")).values():
            yield from _sentences(text)


def _ulm(corpus: Path) -> Iterator[str]:
    for row in _rows(corpus / "labels/ulm_massnahmen.tsv"):
        yield from (text for text in (row["titel"], row["beschreibung"]) if len(_folded(text)) >= _SHORTEST)


def _dresden(corpus: Path) -> Iterator[str]:
    yield from (row["kurzbeschreibung"] for row in _rows(corpus / "labels/dresden_vep_anlage6_1.tsv"))


def _torgau(corpus: Path) -> Iterator[str]:
    labels = json.loads((corpus / "labels/torgau.json").read_text(encoding="utf-8"))
    yield from (goal["title"] for goal in labels["goals"])


def _herzberg(corpus: Path) -> Iterator[str]:
    labels = json.loads((corpus / "labels/herzberg.json").read_text(encoding="utf-8"))
    for measure in labels["measures"]:
        yield from (measure["title"], *_sentences(measure["description"]))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


_CASES: tuple[tuple[str, str, Callable[[Path], Iterable[str]]], ...] = (
    ("muenster-report", "pdf/muenster_Sachstandsbericht_2017-2018.pdf", _muenster),
    ("karlsruhe-a", "pdf/karlsruhe_ksk-a.pdf", _karlsruhe),
    ("ulm-strategy", "text/ulm_smart_city_strategie_2021", _ulm),
    ("dresden-table", "text/dresden_vep_anlage6_1_massnahmentabelle_entwurf.md", _dresden),
    ("torgau-seed", "seeds/004_60a9671b8ea9525b.txt", _torgau),
    ("herzberg-seed", "seeds/000_383a25da6a2f7553.txt", _herzberg),
)
