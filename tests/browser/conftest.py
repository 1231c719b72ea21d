"""The app served for real on loopback, and Debian's chromium."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, sync_playwright
from published import TOKEN, publish

from search_app.app import create_app
from search_app.services.drafts import Drafts
from search_app.services.serving import LatestServices

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "search_app" / "static" / "vendor" / "kern.min.css"
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served by waitress as `insek serve` does."""
    settings = publish(tmp_path_factory.mktemp("workspace") / "w")
    server = waitress.create_server(create_app(LatestServices(settings), settings), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture(scope="session")
def editable_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app of its own in which plans can be added, served as `insek serve` does."""
    settings = replace(publish(tmp_path_factory.mktemp("editable") / "w"), editor_token=TOKEN, rate_limit="")
    app = create_app(LatestServices(settings), settings, Drafts(settings))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is absent")
    if not VENDOR.exists():
        pytest.skip(f"{VENDOR} is absent: run 'npm ci --ignore-scripts && npm run build'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots are kept."""
    folder = Path(os.environ.get("INSEK_ARTEFACTS", ROOT / "artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
