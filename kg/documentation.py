"""Browsable documentation: pyLODE writes the page of the ontology; each scheme gets a page with its concepts.

Needs the extra `docs` (`pip install .[docs]`). Run as `python -m kg.documentation FOLDER`.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

import rdflib
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.errors import EngineError
from kg.vocabulary import FILES, graph_iri, turtle

_SCHEMES = tuple(name for name in FILES if name not in {"insek", "crosswalk"})
_COLUMNS = (
    ("Label", (SKOS.prefLabel,)),
    ("Other labels", (SKOS.altLabel,)),
    ("Definition", (SKOS.definition,)),
    ("Broader", (SKOS.broader,)),
    ("Same as", (SKOS.exactMatch,)),
    ("Related", (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)),
)


def build(folder: Path) -> tuple[Path, ...]:
    """Writes one HTML page for the ontology and each scheme into the folder; the pages written.

    Raises EngineError where pyLODE is not installed.
    """
    try:
        from pylode.profiles.ontpub import OntPub
    except ImportError as error:
        raise EngineError("pyLODE is not installed; pip install 'insek-graph[docs]'") from error
    folder.mkdir(parents=True, exist_ok=True)
    ontology = folder / "insek.html"
    OntPub(rdflib.Graph().parse(data=turtle("insek"), format="turtle")).make_html(destination=ontology)
    pages = [ontology]
    for name in _SCHEMES:
        pages.append(folder / f"{name}.html")
        pages[-1].write_text(scheme_page(name), encoding="utf-8")
    return tuple(pages)


def scheme_page(name: str) -> str:
    """The page of a scheme: title, description, source, and a table of its concepts with their mappings."""
    graph = rdflib.Graph().parse(data=turtle(name), format="turtle")
    graph.parse(data=turtle("crosswalk"), format="turtle")
    scheme = rdflib.URIRef(graph_iri(name))
    about = "".join(
        f"<p>{_cell(graph, scheme, (predicate,))}</p>"
        for predicate in (DCTERMS.description, DCTERMS.bibliographicCitation, DCTERMS.source, DCTERMS.license)
        if (scheme, predicate, None) in graph
    )
    concepts = sorted(
        (each for each in graph.subjects(SKOS.inScheme, scheme) if (each, RDF.type, SKOS.Concept) in graph), key=_order
    )
    head = "".join(f"<th>{title}</th>" for title in ("Code", *(title for title, _ in _COLUMNS)))
    rows = "".join(_row(graph, concept) for concept in concepts)
    title = escape(str(next(graph.objects(scheme, DCTERMS.title))))
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<h1>{title}</h1><p><code>{escape(scheme)}</code></p>{about}"
        f'<table border="1"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></body></html>\n'
    )


def _order(concept: rdflib.term.Node) -> list[tuple[int, str]]:
    """Numbers by size, letters by the alphabet: 2 before 11, 11.2 before 11.a."""
    code = str(concept).rpartition("/")[2]
    return [(int(part) if part.isdigit() else 1000, part) for part in code.split(".")]


def _row(graph: rdflib.Graph, concept: rdflib.term.Node) -> str:
    cells = "".join(f"<td>{_cell(graph, concept, predicates)}</td>" for _, predicates in _COLUMNS)
    code = escape(str(graph.value(concept, SKOS.notation)))
    return f'<tr id="{code}"><td><a href="{escape(str(concept))}">{code}</a></td>{cells}</tr>\n'


def _cell(graph: rdflib.Graph, subject: rdflib.term.Node, predicates: tuple[rdflib.term.Node, ...]) -> str:
    found = sorted((each for predicate in predicates for each in graph.objects(subject, predicate)), key=str)
    return "<br>".join(_shown(each) for each in found)


def _shown(term: rdflib.term.Node) -> str:
    text = escape(str(term))
    if isinstance(term, rdflib.Literal):
        return f'<span lang="{term.language}">{text}</span>' if term.language else text
    return f'<a href="{text}">{escape(str(term).rpartition("/")[2] or str(term))}</a>'


if __name__ == "__main__":
    for written in build(Path(sys.argv[1])):
        print(written)
