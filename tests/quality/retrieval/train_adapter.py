"""Trains the adapter: python tests/quality/retrieval/train_adapter.py TARGET.npz --graded (an hour or more an epoch).

Low-rank changes of all matrices of multilingual-e5-small and the head of the late interaction learn, from the written
texts in training/, to score what answers a question highest, by sentence vectors and by late interaction (softmax over
the measures of six sections at a time, eleven of a measure's neighbours among them). Counterparts are asked with each
other. A question comes with what its words are called in plans half of the time, as the engine asks it. Nothing of the
retrieval collections is used; after each epoch the development half is measured, without the lexical list.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import normalize
from written import FOLDER, Graded, Section, Written, read, read_graded

from kg.model import Kind
from search_app.search import evaluate, lexical
from search_app.search.e5_model import model
from search_app.search.e5_network import PAD
from search_app.search.e5_torch import TorchNetwork
from search_app.search.lexical import LexicalIndex, Texts
from search_app.search.meaning import meanings, with_meanings
from search_app.search.query import parse
from search_app.search.spelling import Speller
from search_app.search.units import joined, with_context

HERE = Path(__file__).parent
PARTS = ("attend", "out", "wide", "narrow")
RANK, DIMENSION, SECTIONS = 16, 128, 6
RATE, HEAD_RATE, WARM_UP = 5e-4, 1e-3, 30
DENSE, LATE, PAIRS = 40.0, 30.0, 0.3
"""Inverse temperatures of both scores, and the weight of counterparts beside questions."""
DOUBTFUL, DOUBTFUL_UNGRADED = 0.75, 0.5
"""Measures of other sections, or ungraded ones, nearer than this to an answer by untrained vectors are not held against
a question."""
QUESTIONS = 12
"""Graded questions at a time."""
MOST_TOKENS, GRADED_TOKENS, TOKENS_AT_ONCE = 160, 64, 2_500
QUERY, PASSAGE = "query: ", "passage: "


class Tuned(nn.Module):
    """The network with trainable changes, in bfloat16, and the head."""

    def __init__(self, start: Path | None) -> None:
        super().__init__()
        source = model().network
        self.factors = nn.ParameterDict()
        for number, layer in enumerate(source.layers()):
            for part in PARTS:
                wide, narrow = layer[part].shape
                self.factors[f"{number}_{part}_down"] = nn.Parameter(torch.randn(wide, RANK) / wide**0.5)
                self.factors[f"{number}_{part}_up"] = nn.Parameter(torch.zeros(RANK, narrow))
        self.head = nn.Parameter(torch.eye(source.hidden)[:, :DIMENSION].clone())
        self.network = _Changed(source, self.factors)
        if start:
            with np.load(start) as kept, torch.no_grad():
                for name, factor in (*self.factors.items(), ("head", self.head)):
                    factor.copy_(torch.from_numpy(kept[name.replace("_", ".")].astype(np.float32)))

    def save(self, path: Path) -> None:
        arrays = {name.replace("_", "."): factor for name, factor in self.factors.items()} | {"head": self.head}
        np.savez_compressed(path, **{name: one.detach().numpy().astype(np.float16) for name, one in arrays.items()})

    def encode(self, prefix: str, texts: list[str], most: int = MOST_TOKENS) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Unit sentence vectors, and the vectors of each text's tokens with its marks."""
        known = model()
        cuts = [[0, *known.tokens(prefix), *known.tokens(text)[:most], 2] for text in texts]
        order = sorted(range(len(cuts)), key=lambda place: len(cuts[place]))
        tokens: dict[int, torch.Tensor] = {}
        while order:
            batch = order[-max(1, TOKENS_AT_ONCE // len(cuts[order[-1]])) :]
            del order[-len(batch) :]
            padded = np.full((len(batch), max(len(cuts[place]) for place in batch)), PAD)
            for row, place in enumerate(batch):
                padded[row, : len(cuts[place])] = cuts[place]
            states = self.network.states(padded)
            tokens |= {place: states[row, : len(cuts[place])] for row, place in enumerate(batch)}
        found = [tokens[place] for place in range(len(cuts))]
        return normalize(torch.stack([one.mean(dim=0) for one in found]), dim=1), found

    def late(self, questions: list[torch.Tensor], passages: list[torch.Tensor]) -> torch.Tensor:
        """The late-interaction scores, shape (questions, passages); questions come with their marks."""
        bare = [one[3:-1] for one in questions]
        asked = self._project(torch.cat(bare))
        lengths = [len(one) for one in passages]
        rows = torch.repeat_interleave(torch.arange(len(passages)), torch.tensor(lengths))
        columns = torch.cat([torch.arange(length) for length in lengths])
        filled = torch.zeros(len(passages), max(lengths), DIMENSION)
        filled = filled.index_put((rows, columns), self._project(torch.cat(passages)))
        absent = torch.ones(len(passages), max(lengths), dtype=torch.bool)
        absent[rows, columns] = False
        similar = (asked @ filled.reshape(-1, DIMENSION).T).view(len(asked), len(passages), -1)
        best = similar.masked_fill(absent[None], -2).amax(dim=2)
        owners = torch.repeat_interleave(torch.arange(len(bare)), torch.tensor([len(one) for one in bare]))
        total = torch.zeros(len(bare), len(passages)).index_add(0, owners, best)
        return total / torch.tensor([[float(len(one))] for one in bare])

    def _project(self, tokens: torch.Tensor) -> torch.Tensor:
        return normalize(normalize(tokens, dim=1) @ self.head, dim=1)


class _Changed(TorchNetwork):
    """The network with what is trained beside each product."""

    def __init__(self, source, factors) -> None:
        super().__init__(source, torch.bfloat16)
        self._factors = factors

    def attention(self, query, key, value, seen) -> torch.Tensor:
        weight = (query @ key.transpose(2, 3)) * query.shape[-1] ** -0.5
        return torch.softmax(weight.masked_fill(~seen, -1e4), dim=-1) @ value

    def product(self, number: int, part: str, state: torch.Tensor) -> torch.Tensor:
        down, up = self._factors[f"{number}_{part}_down"], self._factors[f"{number}_{part}_up"]
        return super().product(number, part, state) + (state @ down.to(state.dtype)) @ up.to(state.dtype)


class Wording:
    """Puts a question as the engine embeds it, with what its words are called in plans, over items of these texts."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        directory = Path(self._folder.name) / "lexical"
        lexical.build(directory, (Texts(row, label, text, "", ()) for row, (label, text) in enumerate(texts)))
        self._known = LexicalIndex(directory)
        self._speller = Speller(self._known)

    def __call__(self, question: str) -> str:
        parsed = parse(self._speller.corrected(question))
        return with_meanings(parsed.text, meanings(self._known.groups(parsed)))


class Development:
    """The development half, to be measured after each epoch; phrases and `-word` need the engine and are left out."""

    def __init__(self, labels: Path) -> None:
        collection = evaluate.read_own(HERE / "queries.tsv", labels)
        items = [one for one in with_context(collection.items.values()) if one.entry.kind is not Kind.TOPIC]
        self.keys = [key for key, entry in collection.items.items() if entry.kind is not Kind.TOPIC]
        self.units = [unit for one in items for unit in one.units]
        self.starts = np.flatnonzero(np.diff([-1, *(row for row, one in enumerate(items) for _ in one.units)]))
        self.queries = [query for query in collection.queries if query.type not in ("negation", "phrase")]
        wording = Wording((one.entry.item.label, one.entry.item.description) for one in items)
        self.asked = [wording(query.text) for query in self.queries]

    @torch.no_grad()
    def measure(self, tuned: Tuned) -> str:
        """Mean nDCG@10 by sentence vectors, by late interaction, and by both as the engine adds them up."""
        passages, tokens = tuned.encode(PASSAGE, self.units, 400)
        questions, asked = tuned.encode(QUERY, self.asked)
        dense = normalize(questions - questions.mean(0), dim=1) @ normalize(passages - passages.mean(0), dim=1).T
        late = torch.cat([tuned.late(asked[row : row + 16], tokens) for row in range(0, len(asked), 16)])
        near, best = (self._standard(one.numpy()) for one in (dense, late))
        lists = {"dense": near, "late": best, "both": near + 2 * best}
        return ", ".join(f"{name} {self._mean(scores):.3f}" for name, scores in lists.items())

    def _standard(self, scores: np.ndarray) -> np.ndarray:
        scores = (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
        return np.maximum.reduceat(scores, self.starts, axis=1)

    def _mean(self, scores: np.ndarray) -> float:
        found = [[self.keys[place] for place in np.argsort(-row)[:10]] for row in scores]
        return float(np.mean([evaluate.score(one, q.grades).ndcg for one, q in zip(found, self.queries, strict=True)]))


@dataclass
class Batch:
    """Passages of some sections, and questions with the numbers of the passages that answer them."""

    passages: list[str]
    written: list[Written]
    sections: list[int]
    pairs: list[tuple[int, int]]
    """Numbers of a measure and of the same as another town puts it."""
    questions: list[tuple[str, list[int]]]


class Batches:
    """Draws sections, graded questions and slips at random."""

    def __init__(self, sections: list[Section], graded: list[Graded], seed: int) -> None:
        self._sections, self._graded, self._chance = sections, graded, random.Random(seed)
        self._wording = Wording((measure.title, measure.text) for one in sections for measure in one.measures)

    def epoch(self) -> Iterator[Batch | list[Graded]]:
        sections = self._chance.sample(self._sections, len(self._sections))
        graded = self._chance.sample(self._graded, len(self._graded))
        parts = [
            partial(self._batch, sections[start : start + SECTIONS]) for start in range(0, len(sections), SECTIONS)
        ]
        parts += [partial(self._typed, graded[start : start + QUESTIONS]) for start in range(0, len(graded), QUESTIONS)]
        for part in self._chance.sample(parts, len(parts)):
            yield part()

    def _typed(self, graded: list[Graded]) -> list[Graded]:
        """The questions as they are typed, with a third of what does not answer them."""
        return [
            Graded(
                self._asked(one.question),
                {measure: grade for measure, grade in one.grades.items() if grade or self._chance.random() < 0.35},
            )
            for one in graded
        ]

    def _batch(self, sections: list[Section]) -> Batch:
        chance, batch = self._chance, Batch([], [], [], [], [])
        for number, section in enumerate(sections):
            places = self._stand(batch, section, number)
            for measure, place in zip(section.measures, places, strict=True):
                chosen = chance.sample(measure.questions, min(2, len(measure.questions)))
                chosen += measure.english if chance.random() < 0.5 else []
                batch.questions += [(self._asked(text), [place]) for text in chosen]
                batch.questions += [(measure.long, [place])] if measure.long and chance.random() < 0.5 else []
                batch.questions += [(measure.other, [place])] if measure.other and chance.random() < 0.35 else []
            for text, those in section.broad:
                batch.questions.append((self._asked(text), sorted({places[one] for one in those})))
        for place, measure in enumerate(list(batch.written)):
            if measure.other and batch.passages[place].startswith(measure.title.rstrip(".")):
                batch.pairs.append((place, len(batch.passages)))
                batch.passages.append(measure.other)
                batch.written.append(measure)
                batch.sections.append(batch.sections[place])
        return batch

    def _stand(self, batch: Batch, section: Section, number: int) -> list[int]:
        """Adds a section's passages to the batch, and returns where each measure stands.

        Half of the time some measures stand together as the points of one goal.
        """
        chance, measures = self._chance, section.measures
        together = chance.sample(measures, min(len(measures), chance.randint(3, 8))) if chance.random() < 0.5 else []
        first = len(batch.passages)
        alone = [measure for measure in measures if measure not in together]
        batch.passages += [self._passage(measure, section.name) for measure in alone]
        batch.written += alone
        if together:
            points = [chance.choice((one.title, one.text or one.title)).rstrip(".") for one in together]
            batch.passages.append(joined(section.name, "; ".join(points)))
            batch.written.append(together[0])
        batch.sections += [number] * (len(batch.passages) - first)
        stands = {measure: place for place, measure in enumerate(alone, first)}
        return [stands.get(measure, len(batch.passages) - 1) for measure in measures]

    def _passage(self, measure: Written, section: str) -> str:
        whole = joined(measure.title, measure.text if self._chance.random() > 0.15 else "")
        return f"{whole} ({section})" if len(whole) <= 80 and self._chance.random() < 0.4 else whole

    def _asked(self, text: str) -> str:
        """A question as it is typed: now and then in small letters, with digraphs, or with a slip."""
        chance = self._chance
        if chance.random() < 0.5:
            text = self._wording(text)
        lot = chance.random()
        if lot < 0.12:
            return text.lower()
        if lot < 0.16:
            return text.translate({228: "ae", 246: "oe", 252: "ue", 223: "ss"})
        if lot < 0.24 and len(text) > 6:
            place = chance.randrange(1, len(text) - 1)
            before, one, after = text[:place], text[place], text[place + 1 :]
            return chance.choice([before + after, before + after[0] + one + after[1:], before + one + one + after])
        return text


def loss_of(tuned: Tuned, batch: Batch, untrained: dict[Written, torch.Tensor]) -> torch.Tensor:
    """Cross entropy of both scores, over questions and over counterparts."""
    vectors = torch.stack([untrained[measure] for measure in batch.written])
    places = torch.tensor(batch.sections)
    doubtful = ((vectors @ vectors.T) > DOUBTFUL) & (places[:, None] != places)
    others = dict(batch.pairs)
    count = len(batch.passages)
    wanted, ignored = torch.zeros(len(batch.questions), count), torch.zeros(len(batch.questions), count).bool()
    for row, (text, answers) in enumerate(batch.questions):
        for place in answers:
            wanted[row, place] = 1
            ignored[row] |= doubtful[place]
            if place in others:
                itself = text == batch.passages[others[place]]
                (ignored if itself else wanted)[row, others[place]] = 1
    dense, tokens = tuned.encode(PASSAGE, batch.passages)
    asked, asked_tokens = tuned.encode(QUERY, [text for text, _ in batch.questions])
    loss = _entropy(DENSE * asked @ dense.T, wanted, ignored)
    loss = loss + _entropy(LATE * tuned.late(asked_tokens, tokens), wanted, ignored)
    both = [*batch.pairs, *((other, one) for one, other in batch.pairs)]
    rows = [one for one, _ in both]
    wanted = torch.zeros(len(both), count)
    wanted[range(len(both)), [other for _, other in both]] = 1
    ignored = doubtful[rows]
    ignored[range(len(both)), rows] = True
    loss = loss + PAIRS * _entropy(DENSE * dense[rows] @ dense.T, wanted, ignored)
    return loss + PAIRS * _entropy(LATE * tuned.late([tokens[row] for row in rows], tokens), wanted, ignored)


def loss_of_graded(tuned: Tuned, graded: list[Graded], untrained: dict[Written, torch.Tensor]) -> torch.Tensor:
    """Cross entropy of both scores to the gains of the grades, over what was graded and what is certainly off."""
    measures = list(dict.fromkeys(measure for one in graded for measure in one.grades))
    number = {measure: place for place, measure in enumerate(measures)}
    vectors = torch.stack([untrained[measure] for measure in measures])
    doubtful = (vectors @ vectors.T) > DOUBTFUL_UNGRADED
    wanted, ignored = torch.zeros(len(graded), len(measures)), torch.zeros(len(graded), len(measures)).bool()
    for row, one in enumerate(graded):
        ignored[row] = doubtful[[number[measure] for measure, grade in one.grades.items() if grade]].any(dim=0)
        for measure, grade in one.grades.items():
            wanted[row, number[measure]] = 2**grade - 1
            ignored[row, number[measure]] = False
    dense, tokens = tuned.encode(PASSAGE, [joined(measure.title, measure.text) for measure in measures], GRADED_TOKENS)
    asked, asked_tokens = tuned.encode(QUERY, [one.question for one in graded])
    loss = _entropy(DENSE * asked @ dense.T, wanted, ignored)
    return loss + _entropy(LATE * tuned.late(asked_tokens, tokens), wanted, ignored)


def _entropy(scores: torch.Tensor, wanted: torch.Tensor, ignored: torch.Tensor) -> torch.Tensor:
    likely = torch.log_softmax(scores.masked_fill(ignored & (wanted == 0), -1e4), dim=1)
    return -(wanted / wanted.sum(dim=1, keepdim=True) * likely).sum(dim=1).mean()


@torch.no_grad()
def begin(tuned: Tuned, sections: list[Section], fresh: bool) -> dict[Written, torch.Tensor]:
    """Untrained vectors of all measures; a fresh head takes the main directions of their tokens."""
    measures = [measure for section in sections for measure in section.measures]
    vectors, some = [], []
    for start in range(0, len(measures), 256):
        texts = [joined(measure.title, measure.text) for measure in measures[start : start + 256]]
        found, tokens = tuned.encode(PASSAGE, texts)
        vectors.append(found)
        some += tokens[::8]
    if fresh:
        units = normalize(torch.cat(some), dim=1)
        tuned.head.copy_(torch.linalg.eigh(units.T @ units)[1].flip(1)[:, :DIMENSION])
    all_of_them = torch.cat(vectors)
    return dict(zip(measures, normalize(all_of_them - all_of_them.mean(dim=0), dim=1), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--texts", type=Path, default=FOLDER)
    parser.add_argument("--labels", type=Path, default=Path("../shared/corpus/labels"))
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--graded", action="store_true", help="learn from graded.tsv as well")
    parser.add_argument("--start", type=Path, help="an adapter to go on from")
    options = parser.parse_args()
    torch.manual_seed(0)
    sections = read(options.texts)
    tuned = Tuned(None)
    untrained = begin(tuned, sections, fresh=True)
    if options.start:
        tuned = Tuned(options.start)
    graded = read_graded(sections, options.texts) if options.graded else []
    batches, development = Batches(sections, graded, seed=0), Development(options.labels)
    print(f"{len(sections)} sections; before: {development.measure(tuned)}", file=sys.stderr, flush=True)
    groups = [{"params": list(tuned.factors.values()), "lr": RATE}, {"params": [tuned.head], "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = options.epochs * (math.ceil(len(sections) / SECTIONS) + math.ceil(len(graded) / QUESTIONS))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1, (step + 1) / WARM_UP) * (0.525 + 0.475 * math.cos(math.pi * min(1, step / steps))),
    )
    for epoch in range(options.epochs):
        losses = []
        for batch in batches.epoch():
            loss = (loss_of if isinstance(batch, Batch) else loss_of_graded)(tuned, batch, untrained)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tuned.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 50 == 0:
                tuned.save(options.target)
                print(f"  {schedule.last_epoch} of {steps}: {np.mean(losses[-50:]):.3f}", file=sys.stderr, flush=True)
        print(
            f"epoch {epoch + 1} of {options.epochs}: loss {np.mean(losses):.3f}; {development.measure(tuned)}",
            file=sys.stderr,
            flush=True,
        )
        tuned.save(options.target)


if __name__ == "__main__":
    main()
