"""Every text of ours has a German translation with the same placeholders."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import kg.errors
from search_app.i18n import translator

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "search_app" / "translations" / "de" / "LC_MESSAGES").glob("*.po"))
ERRORS = {name: None for name in vars(kg.errors) if name[0].isupper()}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "speak": None, "Issue": (2,), "Remark": None, **ERRORS}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true"}}


def used_texts() -> dict[str, str]:
    """Every text that is marked for translation, with where it stands."""
    found = {}
    for package in ("search_app", "kg", "ingest"):
        for file, line, message, *_ in extract_from_dir(
            ROOT / package, METHODS, options_map=OPTIONS, keywords=KEYWORDS
        ):
            text = message if isinstance(message, str) else message[0]
            if text.strip():
                found[text] = f"{package}/{file}:{line}"
        for path in (ROOT / package).rglob("*.py"):
            found |= {text: str(path) for text in named_templates(ast.parse(path.read_text(encoding="utf-8")))}
    return found


def named_templates(module: ast.Module) -> set[str]:
    """Texts of errors that a module gives a name to."""
    constants = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS]
    names = {node.args[0].id for node in calls if node.args and isinstance(node.args[0], ast.Name)}
    return {constants[name] for name in names if name in constants}


def _messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return list(read_po(file, locale="de"))


def translations() -> dict[str, tuple[str, ...]]:
    messages = [message for path in CATALOGUES for message in _messages(path) if message.id]
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message.string
        if isinstance(message.string, tuple)
        else (message.string,)
        for message in messages
    }


def placeholders(text: str) -> set[str]:
    fields = {name for _, name, _, _ in string.Formatter().parse(text.replace("%(", "(")) if name}
    return fields | set(re.findall(r"%\((\w+)\)s", text))


def test_every_text_is_translated() -> None:
    used, known = used_texts(), translations()
    assert len(used) > 250
    missing = {text: place for text, place in used.items() if not all(known.get(text, ("",)))}
    assert not missing


def test_translations_keep_their_placeholders() -> None:
    for text, translated in translations().items():
        for one in translated:
            if "{{" not in text:
                assert placeholders(one) <= placeholders(text), text


def test_texts_are_read_without_a_compile_step() -> None:
    assert not list(CATALOGUES[0].parent.glob("*.mo"))
    assert translator("de")("Measure") == "Maßnahme"
    assert translator("en")("Measure") == "Measure"
    assert translator("de")("no such text of ours") == "no such text of ours"
