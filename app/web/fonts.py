"""The web font: one small subset of Inter, cut once from the packaged file and then kept."""

from __future__ import annotations

import hashlib
import io
import os
from functools import cache
from pathlib import Path

FEATURES = ("kern", "tnum", "calt", "ccmp", "locl")
WEIGHTS = (400, 700)
OPTICAL_SIZE = 16
CODE_POINTS = (
    (0x20, 0x7E),  # Latin, then its supplement and Extended-A
    (0xA0, 0x17F),
    (0x192, 0x192),
    (0x1CD, 0x1DC),  # Pinyin with tones
    (0x1E6, 0x1E7),
    (0x218, 0x21B),  # Romanian
    (0x2BC, 0x2BC),
    (0x300, 0x304),  # the combining marks that names arrive with
    (0x306, 0x30C),
    (0x323, 0x323),
    (0x1E80, 0x1E85),  # Welsh
    (0x1E9E, 0x1E9E),
    (0x1EA0, 0x1EF9),  # Vietnamese
    (0x2010, 0x2026),  # punctuation
    (0x2030, 0x2033),
    (0x2039, 0x203A),
    (0x2044, 0x2044),
    (0x20AC, 0x20AC),
    (0x2116, 0x2122),
    (0x2190, 0x2193),  # arrows
    (0x2212, 0x2212),
    (0x2248, 0x2265),
)


def inter_woff2(*folders: Path) -> bytes:
    """Return Inter as a WOFF2 subset: Latin scripts, punctuation and arrows, weights 400 to 700, tabular figures.

    Cutting takes seconds, so the result is kept in the first of the `folders` that can be written, and the next start
    reads it from whichever has it. The file's name changes with what is cut, so a newer font package or a longer list
    is never answered by an old file.
    """
    name = f"inter-{_fingerprint()}.woff2"
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    font = _cut()
    for folder in folders:
        if _kept(folder / name, font):
            break
    return font


def _kept(place: Path, font: bytes) -> bool:
    # Two workers may start at once: each writes a file of its own, and renaming is atomic.
    part = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_bytes(font)
        part.replace(place)
    except OSError:
        return False
    return True


def _source() -> Path:
    import fontpkg_inter

    return Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"


def _fingerprint() -> str:
    recipe = (FEATURES, WEIGHTS, OPTICAL_SIZE, CODE_POINTS, _source().stat().st_size)
    return hashlib.sha256(repr(recipe).encode()).hexdigest()[:12]


@cache
def _cut() -> bytes:
    # Imported here: most starts find the font already cut.
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options(layout_features=list(FEATURES), hinting=False, name_IDs=[1, 2])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[point for first, last in CODE_POINTS for point in range(first, last + 1)])
    # The file's own date stays, so that the same package gives the same bytes.
    with TTFont(_source(), lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        narrowed = instancer.instantiateVariableFont(font, {"opsz": OPTICAL_SIZE, "wght": WEIGHTS}, inplace=True)
        narrowed.flavor = "woff2"
        written = io.BytesIO()
        narrowed.save(written)
    return written.getvalue()
