"""How good the mapping is on labelled texts: each method alone, two baselines, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kg.encoding import Encoder
from kg.mapping import head as heads
from kg.mapping import semantic
from kg.mapping.align import classify
from kg.mapping.dataset import Example, labelled, read_labels, scheme_codes
from kg.mapping.lexical import find_terms
from kg.mapping.metrics import Chances, Score, Table, macro_f1, reliability, score, score_with_interval
from kg.mapping.report import Report, SchemeReport
from kg.mapping.stated import find_stated
from kg.mapping.training import truth
from kg.model import Scheme

_SCHEMES = (Scheme.SDG, Scheme.SDG_TARGET, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER, Scheme.TOPIC)
_SEEN = 0.1


def evaluate(labels: Path | None, encoder: Encoder | None) -> Report:
    """Scores the mapping on the project's development texts, or on a JSON-lines file of labels.

    The development texts belong to groups that training never saw. Raises InvalidRequest for a file that cannot be
    read as labels.
    """
    examples = labelled("dev") if labels is None else read_labels(labels)
    every = classify([example.text for example in examples], encoder, floor=0.0)
    reports = []
    for scheme in _SCHEMES:
        rows = [row for row, example in enumerate(examples) if scheme in example.labels]
        if rows:
            chosen = [examples[row] for row in rows]
            chances, accepted = _tables([every[row] for row in rows], scheme)
            reports.append(_report(scheme, chosen, chances, accepted, encoder))
    name = str(labels) if labels else "development texts of the project"
    return Report(encoder.name if encoder else None, name, len(examples), tuple(reports))


def _tables(found: Sequence[Sequence[Any]], scheme: Scheme) -> tuple[Chances, Table]:
    columns = {code: column for column, code in enumerate(scheme_codes(scheme))}
    chances = np.zeros((len(found), len(columns)))
    accepted = np.zeros((len(found), len(columns)), dtype=np.int64)
    for row, links in enumerate(found):
        for link in links:
            if link.scheme is scheme and link.code in columns:
                chances[row, columns[link.code]] = link.confidence
                accepted[row, columns[link.code]] = link.accepted
    return chances, accepted


def _report(
    scheme: Scheme, examples: Sequence[Example], chances: Chances, accepted: Table, encoder: Encoder | None
) -> SchemeReport:
    right = truth(examples, scheme)
    codes = scheme_codes(scheme)
    labelled_rows: Any = right.any(axis=1)
    linked: Any = accepted.any(axis=1)
    best = chances.argmax(axis=1)
    firsts = [codes.index(example.labels[scheme][0]) if row else -1 for example, row in _known(examples, scheme)]
    table, error = reliability(right, chances, _SEEN)
    return SchemeReport(
        scheme,
        len(examples),
        score_with_interval(right, accepted),
        macro_f1(right, accepted),
        _share(linked[labelled_rows]),
        _share(~linked[~labelled_rows]) if (~labelled_rows).any() else None,
        _share((best == np.array(firsts))[labelled_rows]),
        _share(right[np.arange(len(right)), best][labelled_rows]),
        error,
        reliability(right, chances)[1],
        table,
        _methods(scheme, examples, right, encoder),
        {
            code: score_with_interval(right[:, [column]], accepted[:, [column]])
            for column, code in enumerate(codes)
            if right[:, column].any() or accepted[:, column].any()
        },
    )


def _known(examples: Sequence[Example], scheme: Scheme) -> list[tuple[Example, bool]]:
    codes = set(scheme_codes(scheme))
    return [(example, bool(example.labels[scheme]) and example.labels[scheme][0] in codes) for example in examples]


def _share(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


def _methods(scheme: Scheme, examples: Sequence[Example], right: Table, encoder: Encoder | None) -> dict[str, Score]:
    """Each method alone, and the baselines: a strong term anywhere, and the cosine to descriptions with the
    threshold that is best on the training texts."""
    codes = scheme_codes(scheme)
    texts = [example.text for example in examples]
    terms = [find_terms(text)[scheme] for text in texts]
    keywords = np.array([[code in found and bool(found[code].strong) for code in codes] for found in terms])
    named = [find_stated(text) for text in texts]
    stated = np.array([[(scheme, code) in found for code in codes] for found in named])
    without = _tables(classify(texts, None, floor=0.5), scheme)[1]
    scores = {
        "stated alone": score(right, stated.astype(np.int64)),
        "lexical alone": score(right, without),
        "baseline keywords": score(right, keywords.astype(np.int64)),
    }
    head = heads.load()
    if encoder is None or not head.fits(encoder):
        return scores
    vectors = semantic.unit(semantic.encode(texts, encoder) - head.centre)
    learned = head.scores(semantic.kernel(vectors, head.examples.astype(np.float32)), scheme)
    near = head.near(vectors, scheme)
    cuts = _cuts(scheme)
    scores["semantic alone"] = score(right, (learned >= cuts[0]).astype(np.int64))
    scores["baseline zero-shot"] = score(right, (near >= cuts[1]).astype(np.int64))
    return scores


@cache
def _cuts(scheme: Scheme) -> tuple[float, float]:
    """The thresholds of the learned score and of the nearness alone that are best on the training texts. The learned
    score has seen these texts, so its threshold is that of half a label."""
    head = heads.load()
    right = truth(labelled("train"), scheme)
    near = head.near(head.examples.astype(np.float32), scheme)
    steps = np.linspace(0, 5, 101)
    best = max(steps, key=lambda cut: score(right, (near >= cut).astype(np.int64)).f1)
    return 0.35, float(best)
