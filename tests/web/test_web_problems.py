"""Every error of ours has a status of its own, and programming errors show nothing of the program."""

from __future__ import annotations

import pytest
from flask import Flask

from kg import errors
from kg.settings import Settings
from search_app.app import create_app
from search_app.views.problems import status_of

OURS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.InsekError)]
INTERNAL = {errors.InsekError, errors.SourceError, errors.InvalidGraph}


def broken_app(error: Exception) -> Flask:
    """The app over services that fail with this error."""

    def provide() -> object:
        raise error

    return create_app(provide, Settings(encoder="dummy"))


def test_every_error_that_a_visitor_can_cause_has_a_status() -> None:
    assert len(OURS) > 10
    for kind in set(OURS) - INTERNAL:
        assert status_of(kind("text")) != 500, kind


@pytest.mark.parametrize("address", ["/health", "/api/v1/items", "/sparql?query=ASK%20%7B%7D"])
def test_busy_says_when_to_come_back(address: str) -> None:
    answer = broken_app(errors.QueryBusy("busy")).test_client().get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("address", ["/towns", "/api/v1/items"])
def test_a_programming_error_shows_nothing_of_the_program(address: str) -> None:
    answer = broken_app(RuntimeError("secret detail")).test_client().get(address)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
