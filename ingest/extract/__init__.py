"""Goals and measures of a town's plan, found in the document that was read."""

from ingest.extract.plan import extract_plan

__all__ = ["extract_plan"]
