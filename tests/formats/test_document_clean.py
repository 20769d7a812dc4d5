"""Documents as strangers send them: what names the maker goes, what could harm is refused, what is said stays."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from app.domain.errors import Fault, InvalidError
from app.formats import document_kind as kinds
from app.formats import image_clean, office_clean
from app.formats.document_clean import without_metadata
from tests.factories import uploads

MAKER = uploads.MAKER.encode()
SAMPLES = {
    "cv.pdf": (kinds.PDF, uploads.pdf()),
    "cv.jpg": (kinds.JPEG, uploads.jpeg()),
    "cv.png": (kinds.PNG, uploads.png()),
    "cv.docx": (kinds.DOCX, uploads.office("docx")),
    "cv.xlsx": (kinds.XLSX, uploads.office("xlsx")),
    "cv.pptx": (kinds.PPTX, uploads.office("pptx")),
    "cv.odt": (kinds.ODT, uploads.odt()),
    "cv.txt": (kinds.TEXT, b"\xef\xbb\xbfWhat I built"),
}


def everything(data: bytes) -> bytes:
    """The bytes with every packed part unpacked, so that a search misses nothing."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(name.encode() + archive.read(name) for name in archive.namelist()) + data
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            streams = [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
            return data + b"".join(streams) + repr([repr(one) for one in pdf.objects]).encode()
    return data


@pytest.mark.parametrize("name", SAMPLES)
def test_a_document_is_known_and_loses_its_maker(name: str) -> None:
    kind, data = SAMPLES[name]
    assert kinds.recognise(name, kind.media_type, data) == (kind, "")
    assert name == "cv.txt" or MAKER in everything(data), "the sample must hold what is to go"

    clean = without_metadata(kind, data)

    assert MAKER not in everything(clean)
    assert kinds.recognise(name, kind.media_type, clean) == (kind, "")


def test_a_pdf_keeps_its_words_and_links_and_nothing_that_starts() -> None:
    clean = without_metadata(kinds.PDF, uploads.pdf("What I built"))
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        page = pdf.pages[0]
        page.contents_coalesce()
        assert b"What I built" in page.obj["/Contents"].read_bytes()
        assert [str(one["/Subtype"]) for one in page.obj["/Annots"]] == ["/Link"]
        assert str(page.obj["/Annots"][0]["/A"]["/URI"]) == "https://example.org/paper"
        assert not {"/OpenAction", "/AA", "/Metadata"} & set(pdf.Root.keys())
        assert "/Info" not in pdf.trailer
        assert len(pdf.attachments) == 0
    for mark in (b"/JavaScript", b"/EmbeddedFile", b"/Author"):
        assert mark not in everything(clean)


@pytest.mark.parametrize(
    ("action", "stays"),
    [
        ({"/S": "/URI", "/URI": "https://example.org"}, True),
        ({"/S": "/URI", "/URI": "javascript:alert(1)"}, False),
        ({"/S": "/URI", "/URI": "file:///C:/cv.pdf"}, False),
        ({"/S": "/Launch", "/F": "cmd.exe"}, False),
        ({"/S": "/SubmitForm", "/F": "https://example.org"}, False),
        ({"/S": "/JavaScript", "/JS": "app.alert(1)"}, False),
    ],
)
def test_links_that_do_more_than_lead_somewhere_lose_that(action: dict[str, str], *, stays: bool) -> None:
    with pikepdf.new() as made:
        page = made.add_blank_page()
        values = {key: pikepdf.Name(value) if key == "/S" else value for key, value in action.items()}
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=pikepdf.Dictionary(values)
        )
        page.obj["/Annots"] = pikepdf.Array([link])
        written = io.BytesIO()
        made.save(written)
    with pikepdf.open(io.BytesIO(without_metadata(kinds.PDF, written.getvalue()))) as pdf:
        assert ("/A" in pdf.pages[0].obj["/Annots"][0]) is stays


def test_a_photograph_inside_a_pdf_loses_what_its_camera_wrote() -> None:
    with pikepdf.new() as made:
        page = made.add_blank_page()
        image = pikepdf.Stream(made, uploads.jpeg())
        image.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=40, Height=30, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/AA": image}))
        written = io.BytesIO()
        made.save(written)
    assert MAKER in written.getvalue()

    clean = without_metadata(kinds.PDF, written.getvalue())

    assert MAKER not in clean
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        kept = pdf.pages[0].obj["/Resources"]["/XObject"]["/AA"]
        assert Image.open(io.BytesIO(kept.read_raw_bytes())).size == (40, 30)


def test_pictures_keep_their_pixels_upright() -> None:
    turned, about, written = Image.new("RGB", (40, 20), (200, 10, 10)), Image.Exif(), io.BytesIO()
    about[0x0112] = 6
    turned.save(written, "JPEG", exif=about)

    clean = Image.open(io.BytesIO(without_metadata(kinds.JPEG, written.getvalue())))

    assert clean.size == (20, 40), "the turn that the camera noted is done, because the note is gone"
    assert not clean.getexif()
    see_through = Image.open(io.BytesIO(without_metadata(kinds.PNG, uploads.png())))
    assert see_through.getpixel((5, 5)) == (40, 90, 160, 120)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_comes_out_the_same(mode: str) -> None:
    picture, written = Image.new(mode, (9, 7)), io.BytesIO()
    picture.save(written, "PNG")
    clean = Image.open(io.BytesIO(without_metadata(kinds.PNG, written.getvalue())))
    assert clean.size == (9, 7)
    assert clean.tobytes() == Image.open(io.BytesIO(written.getvalue())).tobytes()


REFUSED = {
    "a page renamed": ("cv.pdf", "application/pdf", b"<!doctype html><script>alert(1)</script>", "not what its name"),
    "a drawing with a script": ("cv.svg", "image/svg+xml", b"<svg><script/></svg>", "not accepted"),
    "a drawing renamed": ("cv.png", "image/png", b"<svg xmlns='x'><script/></svg>", "not what its name"),
    "a program": ("cv.exe", "application/octet-stream", b"MZ", "not accepted"),
    "a program with two endings": ("cv.pdf.exe", "application/pdf", uploads.pdf(), "not accepted"),
    "a page with two endings": ("cv.html.pdf", "application/pdf", uploads.pdf(), "not accepted"),
    "a name in capitals": ("CV.EXE", "application/pdf", uploads.pdf(), "not accepted"),
    "a trailing dot": ("cv.pdf.", "application/pdf", uploads.pdf(), "not accepted"),
    "a huge picture": ("cv.png", "image/png", uploads.png((10_000, 10_000)), "40 million pixels"),
    "an archive as a document": ("cv.docx", "application/zip", uploads.packed({"a.txt": b"x"}), "damaged or is not"),
    "a table as a document": ("cv.docx", "application/zip", uploads.office("xlsx"), "not what its name"),
    "a bomb": ("cv.docx", "application/zip", uploads.office("docx", {"big": b"0" * 60_000_000}), "unpacks"),
    "a dense bomb": ("cv.docx", "application/zip", uploads.office("docx", {"big": b"0" * 20_000_000}), "unpacks"),
    "a thousand parts": (
        "cv.docx", "application/zip", uploads.office("docx", {f"p/{n}": b"" for n in range(600)}), "unpacks to far",
    ),
    "macros": (
        "cv.docx", "application/zip", uploads.office("docx", {"word/vbaProject.bin": b"x"}), "holds macros",
    ),
    "a way up": ("cv.docx", "application/zip", uploads.office("docx", {"../up.xml": b"<a/>"}), "unusual way"),
    "half a document": ("cv.docx", "application/zip", uploads.office("docx")[:-40], "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_document_must_not_be_is_refused_before_it_is_opened(case: str) -> None:
    name, declared, data, said = REFUSED[case]
    kind, wrong = kinds.recognise(name, declared, data)
    assert kind is None
    assert said in wrong


def relationships(kind: str, target: str) -> bytes:
    whole = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships><Relationship Id="r1" Type="{whole}/{kind}" TargetMode="External" Target="{target}"/>'
        "</Relationships>"
    ).encode()


HARMFUL = {
    "an entity": {"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
    "entities that laugh": {"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]><a>&c;</a>'},
    "an entity in UTF-16": {"word/a.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")},
    "a broken part": {"word/a.xml": b"<a><b></a>"},
    "a template from elsewhere": {"word/_rels/settings.xml.rels": relationships("attachedTemplate", "http://e.org/t")},
    "a picture from elsewhere": {"word/_rels/document.xml.rels": relationships("image", "https://e.org/pixel.png")},
    "a link to a script": {"word/_rels/document.xml.rels": relationships("hyperlink", "javascript:alert(1)")},
    "a link to a disk": {"word/_rels/document.xml.rels": relationships("hyperlink", "file:///C:/Users/anna/cv.docx")},
    "another file": {"word/embeddings/oleObject1.bin": b"MZ"},
    "a drawing with a script": {"word/media/a.svg": b"<svg><script/></svg>"},
    "a broken photograph": {"word/media/a.jpg": b"\xff\xd8\xff\xe1\xff\xff"},
}


@pytest.mark.parametrize("case", HARMFUL)
@pytest.mark.fault("F16")
def test_what_could_harm_a_reader_is_refused_with_a_remedy(case: str) -> None:
    with pytest.raises(InvalidError) as refused:
        without_metadata(kinds.DOCX, uploads.office("docx", HARMFUL[case]))
    (fault,) = refused.value.faults
    assert fault.field == "file"
    assert "Save it" in fault.message


def test_an_office_document_keeps_links_and_pictures_and_its_words() -> None:
    parts = {
        "word/_rels/document.xml.rels": relationships("hyperlink", "https://example.org/paper"),
        "word/media/a.jpg": uploads.jpeg(),
        "word/media/b.png": uploads.png(),
        "word/comments.xml": b'<w:c xmlns:w="w"><w:comment w:author="Wilhelmina Ortega" w:initials="WO"/></w:c>',
        "word/people.xml": b'<w:p xmlns:w="w"><w:person w:author="Wilhelmina Ortega"/></w:p>',
        "word/embeddings/sheet.xlsx": uploads.office("xlsx"),
        "word/empty.xml": b"",
    }
    clean = without_metadata(kinds.DOCX, uploads.office("docx", parts))
    with zipfile.ZipFile(io.BytesIO(clean)) as archive:
        names = set(archive.namelist())
        body = archive.read("word/document.xml")
        inner = archive.read("word/embeddings/sheet.xlsx")
        assert b"https://example.org/paper" in archive.read("word/_rels/document.xml.rels")
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert MAKER not in everything(clean) + everything(inner)
    assert b"What I built" in body
    assert b"rsid" not in body
    assert {"word/media/a.jpg", "word/media/b.png", "word/comments.xml"} <= names
    assert not {"docProps/core.xml", "word/people.xml"} & names


def test_a_locked_pdf_and_a_broken_one_are_told_apart() -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(uploads.pdf())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(InvalidError, match="protected by a password"):
        without_metadata(kinds.PDF, locked.getvalue())
    with pytest.raises(InvalidError, match="damaged"):
        without_metadata(kinds.PDF, b"%PDF-1.7\nnothing else")


@pytest.mark.parametrize("cut", [3, 9, 30])
def test_broken_pictures_are_refused(cut: int) -> None:
    for kind, data in ((kinds.JPEG, uploads.jpeg(maker="")), (kinds.PNG, uploads.png(maker=""))):
        with pytest.raises(InvalidError, match="damaged"):
            without_metadata(kind, data[:cut])


def test_segments_of_a_photograph_are_followed_to_its_end() -> None:
    bare = image_clean.jpeg_without_segments(uploads.jpeg())
    assert MAKER not in bare
    assert Image.open(io.BytesIO(bare)).size == (40, 30)
    for broken in (b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\x00\x00", b"\xff\xd8\xff\xe0\x00\x00"):
        with pytest.raises(ValueError, match="damaged"):
            image_clean.jpeg_without_segments(broken)


@pytest.mark.attack("PD-08")
@pytest.mark.fault("F16")
def test_the_child_has_little_memory_and_writes_little() -> None:
    root = str(Path(__file__).resolve().parents[2])
    program = (
        "import sys; sys.path.append(sys.argv[1]); from app.formats import document_child; document_child.confine()\n"
        "import resource; print(*resource.getrlimit(resource.RLIMIT_FSIZE))\n"
        "try:\n  bytearray(2 * 1024**3)\nexcept MemoryError:\n  print('refused')"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-c", program, root], capture_output=True, text=True, check=True, env={}
    ).stdout.split()
    assert said == ["40000000", "40000000", "refused"]


@pytest.mark.attack("PD-08")
def test_the_child_sees_no_environment_no_descriptor_and_none_of_our_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x", encoding="utf-8")
    program = "import os; print(sorted(os.environ), sorted(os.listdir('/proc/self/fd')), os.getcwd(), flush=True)"
    monkeypatch.setattr("app.formats.document_clean._PROGRAM", program)
    monkeypatch.setenv("PLUMBLINE_SECRET_KEY", "not for children")
    with secret.open(encoding="utf-8"):
        said = without_metadata(kinds.PDF, uploads.pdf()).decode()
    assert "PLUMBLINE" not in said
    assert said.split("] [")[0].removeprefix("[") in {"", "'LC_CTYPE'"}
    # The three that every process has, and the one with which it reads this list.
    assert "['0', '1', '2', '3'] /" in said


@pytest.mark.fault("F24")
def test_a_child_that_dies_refuses_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.formats.document_clean._PROGRAM", "import os; os.abort()")
    with pytest.raises(InvalidError) as refused:
        without_metadata(kinds.PDF, uploads.pdf())
    assert refused.value.faults == (Fault("file", "This document takes too long to check. Save it again, or smaller."),)


def test_cleaning_an_office_document_twice_changes_nothing() -> None:
    once = office_clean.clean("docx", uploads.office("docx"))
    assert office_clean.clean("docx", once) == once


def test_a_document_that_is_two_at_once_comes_out_as_one() -> None:
    hidden = uploads.packed({"run.html": b"<script>alert(1)</script>"})
    both = uploads.pdf() + hidden
    assert kinds.recognise("cv.pdf", "application/pdf", both)[0] is kinds.PDF
    clean = without_metadata(kinds.PDF, both)
    assert b"PK\x03\x04" not in clean
    drawn = without_metadata(kinds.PNG, uploads.png() + b"<script>alert(1)</script>" + hidden)
    assert b"script" not in drawn
    assert b"PK\x03\x04" not in drawn
    assert kinds.recognise("cv.gif", "image/gif", b"GIF89a/*<script>*/")[0] is None
