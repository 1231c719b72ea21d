"""What else a word of a question may be called in plans: long forms of acronyms, synonyms, words of the glossary."""

from __future__ import annotations

import itertools
from functools import cached_property

from search_app.search.analysis import Analyzer, fold, words


class Thesaurus:
    """Looks up words by their stem, so that any form of a word is found."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def meanings(self, word: str) -> tuple[str, ...]:
        """Words and phrases that may stand for the word, words of plans first."""
        own = self._analyzer.terms(word)[0]
        long_form = words().acronyms.get(fold(word))
        found = [long_form] if long_form else []
        return tuple(dict.fromkeys([*found, *self._glossary.get(own, ()), *self._synonyms.get(own, ())]))

    @cached_property
    def _glossary(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word, plan_words in words().meanings.items():
            found.setdefault(self._analyzer.terms(word)[0], []).extend(plan_words)
        return found

    @cached_property
    def _synonyms(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for group in [*words().synonyms, *words().acronyms.items()]:
            for word in group:
                content = self.content(word)
                if len(content) == 1:
                    found.setdefault(content[0], []).extend(other for other in group if other != word)
        return found

    def content(self, phrase: str) -> tuple[str, ...]:
        """The terms of a phrase that carry meaning."""
        stop = words().stop
        return tuple(token.terms[0] for token in self._analyzer.tokens(phrase) if token.folded not in stop)

    @cached_property
    def spellings(self) -> list[str]:
        """The single words of synonym lists and glossary, which a mistyped word may mean."""
        known = words()
        listed = [*itertools.chain(*known.synonyms), *known.meanings, *itertools.chain(*known.meanings.values())]
        return [word for word in dict.fromkeys(listed) if word.isalpha()]
