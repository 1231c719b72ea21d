"""Trains the late-interaction head: python tests/quality/retrieval/train_head.py LABELS TARGET.npy (some minutes).

A matrix over the token vectors starts as the identity and learns, from the development half of queries.tsv and from
pairs.tsv, to score what belongs together highest (softmax over all items). It is then drawn half-way back to the
identity, since the full step fits the development half and gains nothing on the test half, and cut to its 128
strongest directions. Measured with MaxSim alone, nDCG@10 on the test half: untrained 384 numbers .654, untrained 128
numbers .628, trained 128 numbers .653.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import normalize

from search_app.search import evaluate
from search_app.search.e5_model import model
from search_app.search.index import pairs
from search_app.search.query import parse
from search_app.search.units import Indexed

HERE = Path(__file__).parent
EPOCHS, RATE, TEMPERATURE, PULL, STEP, DIMENSION = 4, 6e-4, 40.0, 0.1, 0.5, 128
MOST_TOKENS = 160


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


def main(labels, target):
    collection = evaluate.read_own(HERE / "queries.tsv", labels)
    keys = list(collection.items)
    development = [collection.queries[place] for place in evaluate.halves(collection.queries)[0]]
    graded = torch.tensor([[float(query.grades.get(key, 0)) for key in keys] for query in development])
    everyday, planned = zip(*pairs(), strict=True)
    sets = [
        (
            questions([parse(query.text).text for query in development]),
            passages([Indexed(entry).units[0] for entry in collection.items.values()]),
            graded,
        ),
        (questions(list(everyday)), passages(list(planned)), torch.eye(len(planned))),
    ]
    head = torch.eye(384) + STEP * (train(sets) - torch.eye(384))
    vectors = torch.cat([normalize(tokens @ head, dim=1) for _, (tokens, _, _), _ in sets])
    directions = torch.linalg.eigh(vectors.T @ vectors)[1].flip(1)[:, :DIMENSION]
    np.save(target, (head @ directions).numpy().astype(np.float16))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
