"""Encoders by name: the same vectors by every way, and clear errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.encoding import clean
from kg.errors import EngineError
from search_app.search.encoder import load

TEXTS = ["Blühwiesen für Bienen", "Kita", "Ausbau des Radwegenetzes in der Altstadt"]


def test_engine_and_sentence_transformer_give_the_same_vectors(tmp_path):
    from sentence_transformers import SentenceTransformer

    light, full = load("builtin:e5-small", light=True), load("builtin:e5-small")
    assert light.name == full.name
    assert np.abs(light.encode_queries(TEXTS) - full.encode_queries(TEXTS)).max() < 1e-6
    assert np.abs(light.encode_documents(TEXTS) - full.encode_documents(TEXTS)).max() < 1e-6
    full.model.save(str(tmp_path))
    again = SentenceTransformer(str(tmp_path), trust_remote_code=True, local_files_only=True)
    assert np.abs(again.encode_query(TEXTS) - light.encode_queries(TEXTS)).max() < 1e-6
    assert np.abs(again.encode(TEXTS) - light.encode_documents(TEXTS)).max() < 1e-6


def test_all_networks_give_the_same_vectors():
    """Numpy, torch in single precision, and torch in the type that many texts are encoded with on this machine."""
    import torch

    from search_app.search.e5_model import model, pooled
    from search_app.search.e5_torch import TorchNetwork, network

    source = model().network
    texts = [*TEXTS, " ".join(TEXTS * 20)]
    ways = (source, TorchNetwork(source, torch.float32), network(source))
    vectors = [[pooled(tokens) for tokens in model().encode("passage: ", texts, way)] for way in ways]
    expected = load("builtin:e5-small", light=True).encode_documents(texts)
    for found in vectors:
        assert (np.stack(found) * expected).sum(axis=1).min() > 0.9995


def test_the_adapter_for_search_acts_alike_in_all_networks_and_changes_nothing_else():
    import torch

    from search_app.search.e5_model import model, pooled, search_model
    from search_app.search.e5_torch import TorchNetwork, network

    source = search_model().network
    ways = (TorchNetwork(source, torch.float32), network(source))
    tuned, *others = (
        np.stack([pooled(tokens) for tokens in search_model().encode("passage: ", TEXTS, way)])
        for way in (source, *ways)
    )
    for found in others:
        assert (found * tuned).sum(axis=1).min() > 0.9995
    plain = np.stack([pooled(tokens) for tokens in model().encode("passage: ", TEXTS)])
    assert (plain * tuned).sum(axis=1).max() < 0.99
    assert (plain * load("builtin:e5-small", light=True).encode_documents(TEXTS)).sum(axis=1).min() > 0.9995


def test_a_question_finds_what_answers_it_without_a_common_word():
    """What the adapter is for; the pairs are of no collection and of no training text."""
    from search_app.search.late import LateEncoder

    asked = ["Wo darf mein Terrier ohne Leine rennen?", "Oma kommt nicht mehr allein zum Einkaufen"]
    plans = [
        "Ausweisung von Freilaufflächen für Vierbeiner",
        "Fahr- und Begleitdienste für mobilitätseingeschränkte Seniorinnen und Senioren",
        "Erneuerung der Trinkwasserleitungen",
        "Erweiterung des Gewerbegebiets Nord",
    ]
    late = LateEncoder()
    questions, passages = late.queries(asked)[0], late.documents(plans)[0]
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 1]


def test_many_texts_go_through_torch_and_get_the_vectors_of_few():
    light = load("builtin:e5-small", light=True)
    texts = [f"{text} {number}" for number in range(8) for text in TEXTS]
    few = np.concatenate([light.encode_queries([text]) for text in texts])
    assert (light.encode_queries(texts) * few).sum(axis=1).min() > 0.9995


def test_roles_differ():
    light = load("builtin:e5-small", light=True)
    assert np.abs(light.encode_queries(TEXTS) - light.encode_documents(TEXTS)).max() > 0.01


def test_decomposed_umlauts_and_nul_do_not_matter():
    light = load("builtin:e5-small", light=True)
    a, b = light.encode_queries(["Grünflächen", "Gru\u0308nfla\u0308chen\x00"])
    assert a @ b > 0.9999


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_dummy_vectors_have_length_one(texts):
    vectors = load("dummy").encode_documents(texts)
    assert vectors.shape == (len(texts), load("dummy").dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert all(clean(text) for text in texts)


def test_dummy_knows_similar_words():
    dummy = load("dummy")
    park, parks, bus = dummy.encode_documents(["Stadtpark", "Stadtparks", "Omnibus"])
    assert park @ parks > 0.7 > park @ bus


@pytest.mark.parametrize("name", ["builtin:nothing", "nobody/no-such-model"])
def test_unknown_models_give_a_clear_error(name):
    with pytest.raises(EngineError, match="builtin:e5-small"):
        load(name)
