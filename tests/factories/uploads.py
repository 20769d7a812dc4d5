"""Documents as people send them: small, whole, and full of what says who made them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pikepdf
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

MAKER = "Wilhelmina Ortega"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main"),
}


def pdf(words: str = "What I built", maker: str = MAKER) -> bytes:
    """One page of text whose properties, remark, attachment and script name the maker."""
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=(595, 842))
        page.contents_add(f"BT /F1 12 Tf 72 760 Td ({words}) Tj ET".encode())
        font = {"/Type": pikepdf.Name.Font, "/Subtype": pikepdf.Name.Type1, "/BaseFont": pikepdf.Name.Helvetica}
        page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary({"/F1": pikepdf.Dictionary(font)}))
        page.obj["/Annots"] = made.make_indirect(pikepdf.Array([_remark(maker), _link()]))
        made.docinfo["/Author"] = maker
        made.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{maker}')")
        made.attachments["cv.txt"] = _attached(made, maker)
        with made.open_metadata() as about:
            about["dc:creator"] = [maker]
        written = io.BytesIO()
        made.save(written, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return written.getvalue()


def _attached(made: pikepdf.Pdf, maker: str) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        made, maker.encode(), filename="cv.txt", description="", mime_type="", creation_date="", mod_date=""
    )


def _remark(maker: str) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 30, 30], T=maker, Contents=f"{maker} was here"
    )


def _link() -> pikepdf.Dictionary:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/paper")
    return pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[72, 750, 200, 775], A=action)


def jpeg(size: tuple[int, int] = (40, 30), maker: str = MAKER) -> bytes:
    """A photograph with the maker in its Exif, its remark and behind its end."""
    picture, about, written = Image.new("RGB", size, (40, 90, 160)), Image.Exif(), io.BytesIO()
    about[0x013B] = maker
    picture.save(written, "JPEG", exif=about, comment=maker.encode())
    return written.getvalue() + maker.encode()


def png(size: tuple[int, int] = (40, 30), maker: str = MAKER) -> bytes:
    """A picture with the maker in a text chunk and behind its end."""
    from PIL.PngImagePlugin import PngInfo

    about, written = PngInfo(), io.BytesIO()
    about.add_text("Author", maker)
    Image.new("RGBA", size, (40, 90, 160, 120)).save(written, "PNG", pnginfo=about)
    return written.getvalue() + maker.encode()


def office(ending: str, more: Mapping[str, bytes] | None = None, *, maker: str = MAKER) -> bytes:
    """A document, table or presentation with properties; ``more`` are further parts by name."""
    main, kind = _MAIN[ending]
    parts = {
        "[Content_Types].xml": _types(main, kind),
        "_rels/.rels": _relationships({"officeDocument": main, "extended-properties": "docProps/app.xml"}),
        "docProps/app.xml": f"{_HEAD}<Properties><Company>{maker}</Company></Properties>".encode(),
        "docProps/core.xml": f"{_HEAD}<c:coreProperties xmlns:c='c'><c:creator>{maker}</c:creator>"
        "</c:coreProperties>".encode(),
        main: _body(maker),
        **(more or {}),
    }
    return packed(parts)


def odt(maker: str = MAKER) -> bytes:
    """A text document with its properties."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    return packed({
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": f'{_HEAD}<office:document-content xmlns:office="{office}"><office:body>What I built'
        "</office:body></office:document-content>".encode(),
        "meta.xml": f'{_HEAD}<office:document-meta xmlns:office="{office}" xmlns:dc="d"><dc:creator>{maker}'
        "</dc:creator></office:document-meta>".encode(),
    })  # fmt: skip


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the parts, in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return written.getvalue()


def _types(main: str, kind: str) -> bytes:
    said = f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    return (
        f'{_HEAD}<Types xmlns="{_P}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{said}"/><Override PartName="/docProps/core.xml" ContentType="x"/>'
        "</Types>"
    ).encode()


def _relationships(targets: Mapping[str, str]) -> bytes:
    rows = (f'<Relationship Id="r{n}" Type="{_R}/{t}" Target="{to}"/>' for n, (t, to) in enumerate(targets.items()))
    return f'{_HEAD}<Relationships xmlns="{_P}/relationships">{"".join(rows)}</Relationships>'.encode()


def _body(maker: str) -> bytes:
    return (
        f'{_HEAD}<w:document {_W}><!-- by {maker} --><w:body><w:p w:rsidR="00A1B2C3" w:rsidRDefault="00A1B2C3">'
        f'<w:ins w:id="1" w:author="{maker}" w:date="2026-01-01T00:00:00Z"><w:r><w:t>What I built</w:t></w:r></w:ins>'
        "</w:p></w:body></w:document>"
    ).encode()
