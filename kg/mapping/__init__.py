"""Mapping of goals, measures and topics to shared concepts: stated, lexical, semantic and human links."""

from kg.mapping.align import align, classify, explain

__all__ = ["align", "classify", "explain"]
