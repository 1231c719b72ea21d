from __future__ import annotations

import pytest
import rdflib
from example_dataset import BASE, graphs
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

from kg.describe import About, description
from kg.namespaces import INSEK
from kg.store.oxigraph import open_read_only, write

VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
DATASET = rdflib.URIRef(BASE + "dataset")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    directory = tmp_path_factory.mktemp("describe") / "store"
    write(directory, graphs(), vocabularies=False)
    return open_read_only(directory)


@pytest.fixture(scope="module")
def graph(store):
    about = About(site="https://insek.example/", modified="2026-11-22T03:00:00Z")
    return rdflib.Graph().parse(data=description(store, BASE, about), format="turtle")


def test_the_counts_are_those_of_the_store(graph, store):
    assert int(graph.value(DATASET, VOID.triples)) == len(store)
    parts = {graph.value(part, VOID["class"]): part for part in graph.objects(DATASET, VOID.classPartition)}
    assert int(graph.value(parts[INSEK.Measure], VOID.entities)) == 7
    links = {str(graph.value(part, VOID.objectsTarget)): part for part in graph.subjects(RDF.type, VOID.Linkset)}
    assert int(graph.value(links["http://www.wikidata.org/entity/"], VOID.triples)) == 1


def test_what_dcat_ap_requires_is_there(graph):
    for needed in (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.license,
        DCTERMS.publisher,
        DCTERMS.modified,
        DCAT.theme,
    ):
        assert (DATASET, needed, None) in graph
    for told in (DCTERMS.title, DCTERMS.description):
        assert {text.language for text in graph.objects(DATASET, told)} == {"de", "en"}
    distributions = list(graph.objects(DATASET, DCAT.distribution))
    assert len(distributions) == 5
    for each in distributions:
        for needed in (DCAT.accessURL, DCTERMS.license, DCTERMS["format"], DCAT.mediaType):
            assert (each, needed, None) in graph


def test_who_publishes_is_told_where_the_settings_name_it(graph, store):
    assert graph.value(DATASET, DCAT.contactPoint) is None
    about = About(
        site="https://insek.example/",
        modified="2026-11-22",
        publisher="Stadt Beispiel",
        contact="mailto:plan@stadt.example",
        contributor="http://dcat-ap.de/def/contributors/beispiel",
    )
    told = rdflib.Graph().parse(data=description(store, BASE, about), format="turtle")
    card = told.value(DATASET, DCAT.contactPoint)
    assert str(told.value(card, VCARD.fn)) == "Stadt Beispiel"
    assert told.value(card, VCARD.hasEmail) == rdflib.URIRef("mailto:plan@stadt.example")
    contributor = rdflib.URIRef("http://dcat-ap.de/def/dcatde/contributorID")
    assert told.value(DATASET, contributor) == rdflib.URIRef(about.contributor)


def test_there_is_one_dataset(graph):
    assert len(list(graph.subjects(RDF.type, VOID.Dataset))) == 1
