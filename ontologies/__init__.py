"""Ontology, concept schemes, shapes and municipalities, as data files."""
