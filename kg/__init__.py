"""The knowledge graph: model, identifiers, RDF, mapping, store and SPARQL. Imports nothing of ours."""
