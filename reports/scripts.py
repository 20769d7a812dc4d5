"""Letters that our own typeface lacks: which of them the machine's typefaces have, and the names of the rest.

Documents embed Inter, which writes Latin, Greek and Cyrillic. Everything else is set from typefaces that the machine
brings; what none of them has prints as a box, and then the document has to say so.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from reports.faces import RANGES

SAMPLE = "\u0639\u05e9\u0928\u09ac\u0ba4\u0e44\u5c71\u3042\ud55c\u10d0\u0561\U0001f389\u2705"
"""What people are called in and what they type: one letter or sign of each."""
_LIBRARIES = ("libfontconfig.so.1", "libfontconfig.1.dylib", "/opt/homebrew/lib/libfontconfig.1.dylib")
_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "/opt/homebrew/share/fonts", "/Library/Fonts")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_SELECTORS = (0xFE00, 0xFE0F)
_LANGUAGES = {
    "CJK": "Chinese",
    "BOPOMOFO": "Chinese",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
}
_NAMED = frozenset(
    {"ARABIC", "ARMENIAN", "BENGALI", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GREEK", "GUJARATI", "GURMUKHI", "HEBREW",
     "KANNADA", "KHMER", "LAO", "LATIN", "MALAYALAM", "MONGOLIAN", "MYANMAR", "SINHALA", "SYRIAC", "TAMIL", "TELUGU",
     "THAANA", "THAI", "TIBETAN", "CYRILLIC", "CHEROKEE", "ORIYA", "TIFINAGH"}
)  # fmt: skip


def lacking(text: str) -> tuple[str, ...]:
    """The kinds of letters in ``text`` that no typeface here has; raises ``OSError`` where that cannot be told."""
    foreign = _foreign(text)
    if not foreign:
        return ()
    library = _fontconfig()
    with _typefaces(library) as sets:
        lost = [one for one in foreign if not any(library.FcCharSetHasChar(held, ord(one)) for held in sets)]
    return tuple(sorted({_kind(one) for one in lost}))


def told(page: str) -> str:
    """The page, which says below its title when some of its letters print as boxes here."""
    try:
        kinds = lacking(page)
    except OSError:
        return page
    if not kinds:
        return page
    # Said here and not by `wording`: the engine loads nothing of the program's rules.
    named = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
    said = (
        f"Boxes stand here for what this machine has no typeface for: {named}. The printable page shows all as it was "
        'typed; <span class="command">python3 -m app doctor</span> names what to install.'
    )
    return page.replace("</header>", f'<p class="lacking">{said}</p></header>', 1)


@cache
def state() -> str:
    """What changes when typefaces are installed or removed; typefaces in use are looked up once a start as well."""
    digest = hashlib.sha256()
    for place in _PLACES:
        for folder, below, _ in os.walk(place):
            below.sort()
            digest.update(f"{folder} {Path(folder).stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _foreign(text: str) -> list[str]:
    """Each visible character that Inter has not, once."""
    if text.isascii():
        return []
    return sorted(one for one in set(text) if not _own(ord(one)) and unicodedata.category(one) not in _UNSEEN)


def _own(point: int) -> bool:
    return _SELECTORS[0] <= point <= _SELECTORS[1] or any(low <= point <= high for low, high in RANGES)


def _kind(letter: str) -> str:
    first = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
    if first in _LANGUAGES:
        return _LANGUAGES[first]
    if first in _NAMED:
        return first.capitalize()
    if unicodedata.category(letter) in {"So", "Sk"}:
        return "emoji"
    return "other scripts" if unicodedata.category(letter)[0] in "LMN" else "signs"


def _fontconfig() -> ctypes.CDLL:
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        pointer = ctypes.c_void_p
        for function, result, arguments in (
            ("FcPatternCreate", pointer, ()),
            ("FcObjectSetCreate", pointer, ()),
            ("FcObjectSetAdd", ctypes.c_int, (pointer, ctypes.c_char_p)),
            ("FcFontList", ctypes.POINTER(_FontSet), (pointer, pointer, pointer)),
            ("FcPatternGetCharSet", ctypes.c_int, (pointer, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(pointer))),
            ("FcCharSetHasChar", ctypes.c_int, (pointer, ctypes.c_uint32)),
            ("FcPatternDestroy", None, (pointer,)),
            ("FcObjectSetDestroy", None, (pointer,)),
            ("FcFontSetDestroy", None, (ctypes.POINTER(_FontSet),)),
        ):
            known = getattr(library, function)
            known.restype, known.argtypes = result, arguments
        return library
    message = "fontconfig is not installed"
    raise OSError(message)


class _FontSet(ctypes.Structure):
    """What fontconfig answers a search with."""

    _fields_ = (("nfont", ctypes.c_int), ("sfont", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


@contextmanager
def _typefaces(library: ctypes.CDLL) -> Iterator[list[ctypes.c_void_p]]:
    """Which characters each of the machine's typefaces has, while they are open."""
    pattern, wanted = library.FcPatternCreate(), library.FcObjectSetCreate()
    library.FcObjectSetAdd(wanted, b"charset")
    found = library.FcFontList(None, pattern, wanted)
    try:
        yield list(_charsets(library, found))
    finally:
        library.FcFontSetDestroy(found)
        library.FcObjectSetDestroy(wanted)
        library.FcPatternDestroy(pattern)


def _charsets(library: ctypes.CDLL, found: ctypes._Pointer[_FontSet]) -> Iterable[ctypes.c_void_p]:
    for number in range(found.contents.nfont):
        held = ctypes.c_void_p()
        if library.FcPatternGetCharSet(found.contents.fonts[number], b"charset", 0, ctypes.byref(held)) == 0:
            yield held


def main() -> None:
    """Write what of the sample prints as boxes here, a line each."""
    sys.stdout.write("".join(f"{kind}\n" for kind in lacking(SAMPLE)))
