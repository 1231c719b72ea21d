"""Trains the late-interaction head: python tests/quality/retrieval/train_head.py LABELS TARGET.npy (some minutes).

A matrix over the token vectors starts as the identity and learns, from the development collection and from pairs.tsv,
to score what belongs together highest (softmax over all items); it is cut to its 128 strongest directions. Measured
with late interaction alone, trained on every second query, nDCG@10 on the others (without a common word): untrained
.633 (.517), trained .671 (.562), drawn half-way back to the identity .656 (.538).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import normalize

from kg.model import Kind
from search_app.search import evaluate, lexical
from search_app.search.e5_model import model
from search_app.search.index import pairs
from search_app.search.lexical import LexicalIndex, Texts
from search_app.search.meaning import meanings, with_meanings
from search_app.search.query import parse
from search_app.search.spelling import Speller
from search_app.search.units import with_context

HERE = Path(__file__).parent
EPOCHS, RATE, TEMPERATURE, PULL, DIMENSION = 6, 1e-3, 30.0, 0.05, 128
MOST_TOKENS = 128


def questions(texts):
    return [normalize(torch.from_numpy(np.array(tokens[3:-1])), dim=1) for tokens in model().encode("query: ", texts)]


def passages(texts):
    found = [tokens[:MOST_TOKENS] for tokens in model().encode("passage: ", texts)]
    owners = torch.repeat_interleave(torch.arange(len(found)), torch.tensor([len(tokens) for tokens in found]))
    return normalize(torch.from_numpy(np.concatenate(found)), dim=1), owners, len(found)


def scores(head, asked, found):
    tokens, owners, count = found
    projected = normalize(tokens @ head, dim=1)
    rows = []
    for question in asked:
        similarity = normalize(question @ head, dim=1) @ projected.T
        empty = torch.full((len(question), count), -2.0)
        rows.append(empty.scatter_reduce(1, owners[None].expand(len(question), -1), similarity, "amax").mean(dim=0))
    return torch.stack(rows)


def train(sets):
    head = torch.eye(384, requires_grad=True)
    optimizer = torch.optim.Adam([head], lr=RATE)
    for epoch in range(EPOCHS):
        random = np.random.default_rng(epoch)
        batches = [
            (number, batch)
            for number, (asked, _, _) in enumerate(sets)
            for batch in np.array_split(random.permutation(len(asked)), max(1, len(asked) // 40))
        ]
        for place in random.permutation(len(batches)):
            asked, found, wanted = sets[batches[place][0]]
            chosen = batches[place][1]
            target = wanted[chosen] / wanted[chosen].sum(dim=1, keepdim=True)
            likely = torch.log_softmax(TEMPERATURE * scores(head, [asked[row] for row in chosen], found), dim=1)
            loss = -(target * likely).sum(dim=1).mean() + PULL * (head - torch.eye(384)).square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1} of {EPOCHS}: {loss.item():.3f}", file=sys.stderr)
    return head.detach()


def spelled_out(queries, items):
    """The questions as the engine embeds them, with what their words are called in plans."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "lexical"
        texts = (Texts(one.row, one.entry.item.label, one.entry.item.description, "", ()) for one in items)
        lexical.build(directory, texts)
        known = LexicalIndex(directory)
        parsed = [parse(Speller(known).corrected(query.text)) for query in queries]
        return [with_meanings(one.text, meanings(known.groups(one))) for one in parsed]


def main(labels, target):
    collection = evaluate.read_own(HERE / "queries.tsv", labels)
    items = [one for one in with_context(collection.items.values()) if one.entry.kind is not Kind.TOPIC]
    keys = [key for key, entry in collection.items.items() if entry.kind is not Kind.TOPIC]
    graded = torch.tensor([[float(query.grades.get(key, 0)) for key in keys] for query in collection.queries])
    everyday, planned = zip(*pairs(), strict=True)
    sets = [
        (questions(spelled_out(collection.queries, items)), passages([one.units[0] for one in items]), graded),
        (questions(list(everyday)), passages(list(planned)), torch.eye(len(planned))),
    ]
    head = train(sets)
    vectors = torch.cat([normalize(tokens @ head, dim=1) for _, (tokens, _, _), _ in sets])
    directions = torch.linalg.eigh(vectors.T @ vectors)[1].flip(1)[:, :DIMENSION]
    np.save(target, (head @ directions).numpy().astype(np.float16))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
