"""PDF files written anew with their pages alone: no properties, attachments, scripts, remarks or signatures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from app.formats.image_clean import jpeg_without_segments

if TYPE_CHECKING:
    import pikepdf

MOST_PAGES = 200
MOST_DEEP = 64
_ROOT = ("/Metadata", "/OpenAction", "/AA", "/AF", "/Perms", "/DSS", "/Collection", "/PieceInfo", "/Threads", "/URI",
         "/Requirements", "/Extensions", "/Legal", "/SpiderInfo")  # fmt: skip
_NAMES = ("/EmbeddedFiles", "/JavaScript", "/AlternatePresentations", "/Renditions", "/IDS", "/URLS")
_ANYWHERE = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/XFA")
_STARTING = ("/AA", "/AF")
"""Short enough to be the name of a font too, so these go only where they are not one."""
_LINKS = frozenset({"/Link", "/Widget"})
_REMARK = ("/NM", "/M", "/CreationDate", "/RC", "/Subj", "/Popup", "/IRT")
_ACTIONS = frozenset({"/GoTo", "/URI"})
_ACTING = frozenset({"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/GoToDp", "/SubmitForm", "/ImportData",
                     "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/Thread"})  # fmt: skip
"""What an action does that no reader of a document asked for; such a one goes wherever it lies."""
_SHADES = frozenset({"/Transparency", "/Alpha", "/Luminosity"})
"""Of all that carries the mark of an action, these say how pictures lie over each other."""
_FAR = ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI")
"""Where the content of a stream lies if not in the document."""
_SCHEMES = (b"http://", b"https://", b"mailto:", b"tel:")


def clean(data: bytes) -> bytes:
    """The document anew; ``ValueError`` in words for people when it is locked, damaged or endless."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _anew(pdf)
    except pikepdf.PasswordError as error:
        message = "This document is protected by a password. Save it without one."
        raise ValueError(message) from error
    except (pikepdf.PdfError, RuntimeError, TypeError, RecursionError) as error:
        message = "This PDF is damaged. Save it again."
        raise ValueError(message) from error


def _anew(pdf: pikepdf.Pdf) -> bytes:
    if not 0 < len(pdf.pages) <= MOST_PAGES:
        message = f"A document has 1 to {MOST_PAGES} pages. This one has {len(pdf.pages)}."
        raise ValueError(message)
    if pdf.is_encrypted:
        message = "This document is protected by a password. Save it without one."
        raise ValueError(message)
    _trailer(pdf)
    for page in pdf.pages:
        _page(page.obj)
    for one in pdf.objects:
        _scrub(one, 0)
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True, fix_metadata_version=False)
    return written.getvalue()


def _trailer(pdf: pikepdf.Pdf) -> None:
    _drop(pdf.trailer, ("/Info",))
    _drop(pdf.Root, _ROOT)
    if "/Names" in pdf.Root:
        _drop(pdf.Root["/Names"], _NAMES)


def _page(page: pikepdf.Dictionary) -> None:
    import pikepdf

    kept = [one for one in page.get("/Annots", ()) if _stays(one)]
    for one in kept:
        _drop(one, _REMARK)
    if "/Annots" in page:
        page["/Annots"] = pikepdf.Array(kept)


def _stays(annotation: pikepdf.Object) -> bool:
    import pikepdf

    return isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype", "")) in _LINKS


def _scrub(one: pikepdf.Object, depth: int) -> None:
    """Take what tells of the maker out of an object and of those that lie directly in it."""
    import pikepdf

    if isinstance(one, pikepdf.Stream):
        _drop(one, _FAR)
        _scrub_dictionary(one, depth)
        _picture(one)
    elif isinstance(one, pikepdf.Dictionary):
        _scrub_dictionary(one, depth)
    elif isinstance(one, pikepdf.Array):
        for part in one:
            _within(part, depth)


def _scrub_dictionary(one: pikepdf.Object, depth: int) -> None:
    _drop(one, _ANYWHERE)
    if str(one.get("/S", "")) in _ACTING:
        _drop(one, tuple(one.keys()))
    _drop(one, tuple(key for key in _STARTING if key in one and not _is_resource(one[key])))
    if "/F" in one or "/UF" in one:
        _drop(one, ("/EF",))
    if str(one.get("/FT", "")) == "/Sig":
        _drop(one, ("/V", "/Lock", "/SV"))
    if not all(_harmless(one[key]) for key in ("/A", "/PA") if key in one):
        _drop(one, ("/A", "/PA"))
    for key in list(one.keys()):
        _within(one[key], depth)


def _within(part: object, depth: int) -> None:
    import pikepdf

    # What is referred to comes round in the list of objects by itself.
    if isinstance(part, pikepdf.Object) and not part.is_indirect:
        if depth > MOST_DEEP:
            message = "This PDF is put together in an unusual way. Print it to a new PDF."
            raise ValueError(message)
        _scrub(part, depth + 1)


def _is_resource(value: pikepdf.Object) -> bool:
    """Whether it is a font, a picture or a setting of the page, whose names are free."""
    import pikepdf

    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream) or any(map(_acts, value.values())):
        return False
    return isinstance(value, pikepdf.Stream) or (("/Type" in value or "/Subtype" in value) and "/EF" not in value)


def _acts(part: object) -> bool:
    """Whether a part is an action: what is called a font may still say what happens when a page is opened."""
    import pikepdf

    return isinstance(part, pikepdf.Dictionary) and "/S" in part and str(part["/S"]) not in _SHADES


def _harmless(action: pikepdf.Object) -> bool:
    """Whether an action only goes to a place in the document or to an ordinary address, and nowhere after that."""
    import pikepdf

    if not isinstance(action, pikepdf.Dictionary) or ("/O" in action and "/S" not in action):
        # In a structure the same key holds attributes, which start nothing.
        return True
    if "/Next" in action:
        return False
    if str(action.get("/S", "")) == "/URI":
        return bytes(action.get("/URI", b"")).strip().lower().startswith(_SCHEMES)
    return str(action.get("/S", "")) in _ACTIONS


def _picture(stream: pikepdf.Stream) -> None:
    """A photograph inside the document without what its camera wrote."""
    import pikepdf

    if stream.get("/Filter") in (pikepdf.Name("/DCTDecode"), pikepdf.Array([pikepdf.Name("/DCTDecode")])):
        stream.write(jpeg_without_segments(stream.read_raw_bytes()), filter=pikepdf.Name("/DCTDecode"))


def _drop(one: pikepdf.Object, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in one:
            del one[key]
