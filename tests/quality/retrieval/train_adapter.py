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
import sys
from pathlib import Path

import numpy as np
import torch
from batches import QUESTIONS, SECTIONS, Batch, Batches, Wording
from torch.nn.functional import normalize
from tuned import Tuned
from written import FOLDER, Graded, Section, Written, read, read_graded

from kg.model import Kind
from search_app.search import evaluate
from search_app.search.e5 import DOCUMENT_PREFIX, QUERY_PREFIX
from search_app.search.engine import LATE_WEIGHT
from search_app.search.late import DIMENSION
from search_app.search.units import joined, with_context

HERE = Path(__file__).parent
RATE, HEAD_RATE, WARM_UP = 5e-4, 1e-3, 30
DENSE, LATE, PAIRS = 40.0, 30.0, 0.3
"""Inverse temperatures of both scores, and the weight of counterparts beside questions."""
DOUBTFUL, DOUBTFUL_UNGRADED = 0.75, 0.5
"""Measures of other sections, or ungraded ones, nearer than this to an answer by untrained vectors are not held against
a question."""
GRADED_TOKENS = 64


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
        passages, tokens = tuned.encode(DOCUMENT_PREFIX, self.units, 400)
        questions, asked = tuned.encode(QUERY_PREFIX, self.asked)
        dense = normalize(questions - questions.mean(0), dim=1) @ normalize(passages - passages.mean(0), dim=1).T
        late = torch.cat([tuned.late(asked[row : row + 16], tokens) for row in range(0, len(asked), 16)])
        near, best = (self._standard(one.numpy()) for one in (dense, late))
        lists = {"dense": near, "late": best, "both": near + LATE_WEIGHT * best}
        return ", ".join(f"{name} {self._mean(scores):.3f}" for name, scores in lists.items())

    def _standard(self, scores: np.ndarray) -> np.ndarray:
        scores = (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
        return np.maximum.reduceat(scores, self.starts, axis=1)

    def _mean(self, scores: np.ndarray) -> float:
        found = [[self.keys[place] for place in np.argsort(-row)[:10]] for row in scores]
        return float(np.mean([evaluate.score(one, q.grades).ndcg for one, q in zip(found, self.queries, strict=True)]))


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
    dense, tokens = tuned.encode(DOCUMENT_PREFIX, batch.passages)
    asked, asked_tokens = tuned.encode(QUERY_PREFIX, [text for text, _ in batch.questions])
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
    dense, tokens = tuned.encode(
        DOCUMENT_PREFIX, [joined(measure.title, measure.text) for measure in measures], GRADED_TOKENS
    )
    asked, asked_tokens = tuned.encode(QUERY_PREFIX, [one.question for one in graded])
    loss = _entropy(DENSE * asked @ dense.T, wanted, ignored)
    return loss + _entropy(LATE * tuned.late(asked_tokens, tokens), wanted, ignored)


def _entropy(scores: torch.Tensor, wanted: torch.Tensor, ignored: torch.Tensor) -> torch.Tensor:
    likely = torch.log_softmax(scores.masked_fill(ignored & (wanted == 0), -1e4), dim=1)
    return -(wanted / wanted.sum(dim=1, keepdim=True) * likely).sum(dim=1).mean()


@torch.no_grad()
def begin(tuned: Tuned, sections: list[Section]) -> dict[Written, torch.Tensor]:
    """Untrained vectors of all measures; the head takes the main directions of their tokens."""
    measures = [measure for section in sections for measure in section.measures]
    vectors, some = [], []
    for start in range(0, len(measures), 256):
        texts = [joined(measure.title, measure.text) for measure in measures[start : start + 256]]
        found, tokens = tuned.encode(DOCUMENT_PREFIX, texts)
        vectors.append(found)
        some += tokens[::8]
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
    tuned = Tuned()
    untrained = begin(tuned, sections)
    if options.start:
        tuned.load(options.start)
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
