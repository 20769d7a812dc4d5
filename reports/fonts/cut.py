"""Cuts the faces that documents embed out of the full variable Inter.

The full family holds every weight, every optical size and 2,900 glyphs; a document needs four faces of a few
scripts. Cutting once, here, makes each document about half as dear to render. Run `python3 -m reports.fonts.cut`
after `fontpkg-inter` changes; the result is committed beside this file, under the same licence (see `OFL.txt`).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import fontpkg_inter
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FACES = {
    "inter-regular.ttf": ("Inter[opsz,wght].ttf", {"wght": 400, "opsz": 14}),
    "inter-semibold.ttf": ("Inter[opsz,wght].ttf", {"wght": 600, "opsz": 14}),
    "inter-display.ttf": ("Inter[opsz,wght].ttf", {"wght": 600, "opsz": 32}),
    "inter-italic.ttf": ("Inter-Italic[opsz,wght].ttf", {"wght": 400, "opsz": 14}),
}
# Latin with its extensions and marks, Greek, Cyrillic, Vietnamese, punctuation, currency, arrows, operators, shapes.
RANGES = (
    (0x0020, 0x036F),
    (0x0370, 0x03FF),
    (0x0400, 0x052F),
    (0x1E00, 0x1EFF),
    (0x1F00, 0x1FFF),
    (0x2000, 0x206F),
    (0x2070, 0x20CF),
    (0x2100, 0x218F),
    (0x2190, 0x22FF),
    (0x25A0, 0x27BF),
    (0xFB00, 0xFB06),
)
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum", "lnum", "case")


def cut(folder: Path) -> None:
    """Write every face of `FACES`, and the licence, into ``folder``."""
    source = Path(fontpkg_inter.ROOT)
    for name, (file, axes) in FACES.items():
        _face(source / "files" / file, axes).save(folder / name)
    shutil.copyfile(source / "LICENSE", folder / "OFL.txt")


def _face(path: Path, axes: dict[str, int]) -> TTFont:
    font: Any = TTFont(path, recalcTimestamp=False)
    instantiateVariableFont(font, axes, inplace=True)
    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[point for low, high in RANGES for point in range(low, high + 1)])
    cutter.subset(font)
    return font


if __name__ == "__main__":
    cut(Path(__file__).resolve().parent)
