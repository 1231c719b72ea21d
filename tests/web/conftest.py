"""A published generation and a client of the app on it, without a browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from published import publish

from kg.settings import Settings
from search_app.app import create_app
from search_app.services.serving import LatestServices


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return publish(tmp_path_factory.mktemp("workspace") / "w")


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    return create_app(LatestServices(settings), settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def items(client: FlaskClient) -> dict[str, str]:
    """Ids of the published items by their label."""
    return {item["label"]: item["id"] for item in client.get("/api/v1/items?k=100").json["items"]}
