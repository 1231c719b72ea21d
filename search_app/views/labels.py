"""What codes are called on pages, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

KINDS = {
    "topic": _("Topic"),
    "area": _("Planning area"),
    "goal": _("Goal"),
    "measure": _("Measure"),
    "passage": _("Passage"),
}
KINDS_PLURAL = {
    "topic": _("Topics"),
    "area": _("Planning areas"),
    "goal": _("Goals"),
    "measure": _("Measures"),
    "passage": _("Passages"),
}
SCHEMES = {
    "sdg": _("Sustainable Development Goals"),
    "sdg-target": _("SDG targets"),
    "smart-city": _("Smart City dimensions"),
    "leipzig-charter": _("New Leipzig Charter"),
    "topic": _("Shared topics"),
}
METHODS = {
    "stated": _("stated in the document"),
    "lexical": _("by its words"),
    "semantic": _("by its meaning"),
    "human": _("confirmed by a person"),
}
SIZES = {
    "village": _("under 5,000 inhabitants"),
    "small": _("5,000 to 20,000 inhabitants"),
    "medium": _("20,000 to 100,000 inhabitants"),
    "large": _("100,000 to 500,000 inhabitants"),
    "metropolis": _("500,000 inhabitants and more"),
}
READINGS = {
    "born-digital": _("text of the document itself"),
    "ocr": _("read from a scan"),
    "not-read": _("could not be read"),
}
FACTS = {
    "priority": _("Priority"),
    "period": _("Period"),
    "cost": _("Cost"),
    "responsible": _("Responsible"),
    "partners": _("Partners"),
    "status": _("Status"),
    "indicator": _("Indicator"),
}
FACETS = {
    "kind": _("Kind"),
    "municipality": _("Town"),
    "state": _("Federal state"),
    "size": _("Size of town"),
    "status": _("Status"),
    "year": _("Year"),
    "area": _("Planning area"),
    "document": _("Document"),
}
ORDERS = {"relevance": _("best match first"), "town": _("by town"), "label": _("by title, A to Z")}
FACTORS = {
    "meaning": _("meaning"),
    "concepts": _("shared goals"),
    "size": _("size of the towns"),
    "state": _("federal state of the towns"),
    "rank": _("central-place rank of the towns"),
    "distance": _("distance of the towns"),
}
SHARES = {
    "stated": _("named in the text"),
    "lexical": _("words"),
    "semantic": _("meaning"),
    "plan topic": _("topic of the plan"),
}
FIELDS = {"label": _("Title"), "number": _("Number"), "description": _("Description"), **FACTS}
STEPS = {
    "reading": _("is being read"),
    "ready": _("ready to be looked over"),
    "publishing": _("is being published"),
    "published": _("published"),
    "failed": _("failed"),
}
WORK = {
    "Reading": _("Reading the document"),
    "Linking": _("Linking to shared goals"),
    "Writing the graph": _("Writing the graph"),
    "Indexing": _("Preparing the search"),
}
REVIEWS = {"confirmed": _("confirmed"), "rejected": _("rejected")}
LISTS = {"lexical": _("words only"), "dense": _("meaning only"), "hybrid": _("words and meaning together")}
