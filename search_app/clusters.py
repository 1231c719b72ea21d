"""Groups of towns whose plans set like weights, by how their goals and measures spread over the shared topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Kind, Municipality, Scheme
from kg.vocabulary import concepts
from search_app.search.catalog import Catalog

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMPARED = (Kind.GOAL, Kind.MEASURE)
_FEWEST_LINKS = 5
_UNLIKE = 0.35
_MOST_TOPICS = 3
_LEAST_DIFFERENCE = 0.02


@dataclass(frozen=True, slots=True)
class Cluster:
    """Towns with like plans, by name, and the topics (IRIs) that they give more room than all towns do on average."""

    towns: tuple[Municipality, ...]
    topics: tuple[str, ...]


def clusters(catalog: Catalog) -> tuple[Cluster, ...]:
    """The groups, the largest first; a town that is like no other stands alone.

    Two plans are alike when the cosine of their shares per topic is above 0.65 on average over a group (agglomerative
    clustering with average linkage). Towns with fewer than five linked goals and measures are left out.
    """
    import numpy as np

    topics = [concept.iri for concept in concepts(Scheme.TOPIC)]
    counts = catalog.tally.by_town(_COMPARED)
    rows = {town: [counts.get((town.ags, topic), 0) for topic in topics] for town in catalog.municipalities()}
    rows = {town: row for town, row in rows.items() if sum(row) >= _FEWEST_LINKS}
    if not rows:
        return ()
    towns = list(rows)
    found = np.asarray(list(rows.values()), np.float64)
    shares = found / found.sum(axis=1, keepdims=True)
    groups = _groups(shares)
    made = [_cluster(np.flatnonzero(groups == group), towns, topics, shares) for group in np.unique(groups)]
    return tuple(sorted(made, key=lambda cluster: (-len(cluster.towns), cluster.towns[0].name)))


def _groups(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering

    if len(shares) < 2:
        return np.zeros(len(shares), np.int64)
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=_UNLIKE
    )
    return np.asarray(clustering.fit_predict(shares), np.int64)


def _cluster(
    members: NDArray[np.int64], towns: Sequence[Municipality], topics: Sequence[str], shares: NDArray[np.float64]
) -> Cluster:
    import numpy as np

    above = shares[members].mean(axis=0) - shares.mean(axis=0)
    foremost = [place for place in np.argsort(-above, kind="stable")[:_MOST_TOPICS] if above[place] > _LEAST_DIFFERENCE]
    named = sorted((towns[place] for place in members), key=lambda town: town.name)
    return Cluster(tuple(named), tuple(topics[place] for place in foremost))
