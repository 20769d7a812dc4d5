"""XML of office documents with names, accounts and revision marks taken out, and everything else left as it was.

The text itself is edited: a parser that writes XML anew renames prefixes, and word processors refuse such files.
"""

from __future__ import annotations

import re
from xml.parsers import expat

_TAG = re.compile(r"<(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*>")
_ATTRIBUTE = re.compile(r"\s+([\w:.\-]+)\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_NOTE = re.compile(r"<!--.*?-->", re.DOTALL)
_NAMED = frozenset({"author", "initials", "userid", "providerid", "displayname", "username", "lastmodifiedby",
                    "reservationpassword", "lastauthor", "cmauthorname"})  # fmt: skip
_AUTHOR_ELEMENTS = frozenset({"cmAuthor", "author", "person"})
_TEXTS = re.compile(
    r"(<((?:[\w\-]+:)?(?:author|creator|initial-creator|creator-initials|printed-by|sender-initials))(?:\s[^<>]*)?(?<!/)>)"
    r"[^<]*(</\2\s*>)"
)
_PRINTERS = re.compile(
    r"(<config:config-item\s[^<>]*config:name\s*=\s*[\"']Printer(?:Name|Setup)[\"'][^<>]*(?<!/)>)[^<]*(</config:config-item\s*>)"
)
_PATHS = re.compile(r"<(?:[\w\-]+:)?absPath(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*/>")
NOBODY = "Author"
DAMAGED = "Part of this document is damaged. Save it again, or save it as PDF."
UNUSUAL = "This document is put together in an unusual way. Save it again, or save it as PDF."


def scrubbed(data: bytes) -> bytes:
    """XML in UTF-8 without people and revision marks; ``ValueError`` for entities, other encodings and damage."""
    text = without_notes(text_of(data))
    text = _PRINTERS.sub(r"\g<1>\g<2>", _PATHS.sub("", text))
    text = _TEXTS.sub(rf"\g<1>{NOBODY}\g<3>", text)
    clean = _TAG.sub(_tag, text).encode()
    parsed(clean)
    return clean


def without_notes(text: str) -> str:
    """XML without remarks, which only programmers and searches see."""
    return _NOTE.sub("", text)


def parsed(data: bytes) -> None:
    """Read XML to its end; ``ValueError`` when it is damaged, declares a document type or an entity."""
    parser = expat.ParserCreate(encoding="utf-8")
    no_declarations(parser)
    try:
        parser.Parse(data, True)  # noqa: FBT003  the parser's own order of arguments
    except expat.ExpatError as error:
        raise ValueError(DAMAGED) from error


def no_declarations(parser: expat.XMLParserType) -> None:
    """Have a parser refuse whatever declares a document type or an entity."""
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse


def text_of(data: bytes) -> str:
    """XML in UTF-8 as text; ``ValueError`` for other encodings, in which entities could hide."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(UNUSUAL) from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        _refuse()
    return text


def _tag(found: re.Match[str]) -> str:
    tag = found.group()
    if tag.startswith(("</", "<!", "<?")):
        return tag
    element = re.split(r"[\s/>]", tag[1:], maxsplit=1)[0].rpartition(":")[2]
    return _ATTRIBUTE.sub(lambda attribute: _attribute(element, attribute), tag)


def _attribute(element: str, found: re.Match[str]) -> str:
    name = found.group(1)
    if name.startswith("xmlns"):
        return found.group()
    local = name.rpartition(":")[2].lower()
    if local.startswith("rsid"):
        return ""
    if local in _NAMED or (local == "name" and element in _AUTHOR_ELEMENTS):
        return f' {name}="{NOBODY}"'
    return found.group()


def _refuse(*_declared: object) -> None:
    raise ValueError(UNUSUAL)
