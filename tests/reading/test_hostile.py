"""Files made to do harm end alone, reach nothing, and write nothing; damaged office files and pictures are refused."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from misbehaving import serving

from ingest.bounded import Limits, each
from ingest.readers import read
from ingest.sources import SourceRequest, describe
from kg.errors import InsekError
from kg.settings import Settings

FONT = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>%s>>>>" % FONT
TEXT = b"BT /F1 12 Tf 60 700 Td (Ziele der Stadt) Tj ET"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def _stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(content), content)


def _pdf(
    catalog: bytes = b"", pages: bytes = b"/Kids[3 0 R]/Count 1", drawn: bytes = TEXT, more: tuple[bytes, ...] = ()
) -> bytes:
    objects = (b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog, b"<</Type/Pages%s>>" % pages, PAGE, _stream(drawn), *more)
    body = b"".join(b"%d 0 obj %s endobj\n" % (number, content) for number, content in enumerate(objects, start=1))
    return b"%PDF-1.5\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def _docx(text: str, before: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        types = f'<Override PartName="/word/document.xml" ContentType="{kind}"/>'
        types += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        target = f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{target}</Relationships>')
        paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        archive.writestr(
            "word/document.xml", f'{before}<w:document xmlns:w="{WORD}"><w:body>{paragraph}</w:body></w:document>'
        )
    return packed.getvalue()


def _files(address: str, secret: Path) -> dict[str, bytes]:
    """File name → content; those named "ends…" may be refused or stopped, the others are read."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>"
    laughs = tuple(_stream(b"/A Do " * 20, form % (number + 1)) for number in range(5, 14))
    actions = b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('%s'\\))>>/AA<</WC<</S/URI/URI(%s)>>>>"
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y SYSTEM "{address}/entity">]>'
    tenfold = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
    place = _pdf().index(b"trailer")
    outside = io.BytesIO()
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("../outside.txt", "x")
    return {
        "script.pdf": _pdf(catalog=actions % (address.encode(), address.encode())),
        "pages-in-pages.pdf": _pdf(pages=b"/Kids[2 0 R 3 0 R]/Count 2"),
        "two-billion-pages.pdf": _pdf(pages=b"/Kids[3 0 R]/Count 2000000000"),
        "ends-no-trailer.pdf": _pdf().partition(b"trailer")[0],
        "table-before-itself.pdf": _pdf().replace(
            b"trailer<<", b"xref\n0 1\n0000000000 65535 f \ntrailer<</Prev %d" % place
        )
        + b"\nstartxref\n%d\n%%%%EOF" % place,
        "form-in-itself.pdf": _pdf(drawn=TEXT + b" /A Do", more=(_stream(b"/A Do", form % 5),)),
        "ends-forms.pdf": _pdf(drawn=b"/A Do " * 20, more=laughs),
        "ends-brackets.pdf": _pdf(drawn=b"[" * 100_000 + TEXT),
        "ends-random.pdf": b"%PDF-1.4\n" + os.urandom(20_000),
        "ends-other.pdf": b"\x89PNG\r\n\x1a\n" + os.urandom(100),
        "ends-nothing.pdf": b"",
        "entity.html": f"{entity}<html><main><p>Ziel &x;&y;</p><img src='{address}/a'></main></html>".encode(),
        "deep.html": b"<main>" + b"<div>" * 50_000 + b"Ziel",
        "ends-deep.json": b"[" * 100_000,
        "ends-lists.md": b"- " * 20_000 + b"Ziel",
        "entity.docx": _docx("Ziel &x;&y;", entity),
        "ends-laughs.docx": _docx("&e9;", f'<!DOCTYPE d [<!ENTITY e0 "aaaaaaaaaa">{tenfold}]>'),
        "ends-outside.xlsx": outside.getvalue(),
    }


def _read(location: str) -> str:
    path = Path(location)
    document, _ = read(path, describe(SourceRequest(location), path, ""), Settings(ocr="off"))
    return "\n".join(passage.text for passage in document.passages)


def test_hostile_files_end_alone_and_reach_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    folder = tmp_path / "in" / "files"
    folder.mkdir(parents=True)
    with serving() as (address, asked):
        files = _files(address, secret)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        places = [str(folder / name) for name in files]
        found = dict(each(_read, places, places, Limits(seconds=6, megabytes=2000), jobs=2))
        assert not asked
    for place, name in enumerate(files):
        result = found[place]
        assert isinstance(result, str) or name.startswith("ends"), (name, result)
        assert "geheim" not in str(result).replace(str(tmp_path), "")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        ["geheim.txt", *(f"in/files/{name}" for name in files)]
    )


def _workbook() -> bytes:
    from openpyxl import Workbook

    book, packed = Workbook(), io.BytesIO()
    book.active.append(["Nr.", "Maßnahme"])
    book.active.append([1, "Bäume"])
    book.save(packed)
    return packed.getvalue()


def _picture(kind: str) -> bytes:
    from PIL import Image

    packed = io.BytesIO()
    Image.new("L", (60, 80), 255).save(packed, kind)
    return packed.getvalue()


@pytest.fixture(scope="module")
def sound() -> dict[str, bytes]:
    pictures = {f"a.{kind.lower()}": _picture(kind) for kind in ("PNG", "JPEG", "TIFF")}
    return {"a.docx": _docx("Ziel"), "a.xlsx": _workbook(), **pictures}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_office_files_and_pictures_are_read_or_refused(
    tmp_path: Path, sound: dict[str, bytes], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(sound)))
    content = bytearray(sound[name])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    path = tmp_path / name
    path.write_bytes(content or b"x")
    with contextlib.suppress(InsekError):
        document, _ = read(path, describe(SourceRequest(str(path)), path, ""), Settings(ocr="off"))
        assert all(document.page(passage.place.page) for passage in document.passages)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("<>&;ax \n\t/"), max_size=60))
def test_any_document_xml_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(_docx(text))
    with contextlib.suppress(InsekError):
        read(path, describe(SourceRequest(str(path)), path, ""), Settings())
