"""The typefaces that documents embed: four faces of Inter, cut out of the package `fontpkg-inter` and then kept.

The full family holds every weight, every optical size and 2,900 glyphs; a document needs four faces of a few
scripts, and embedding these makes it about half as dear to set. Cutting takes some seconds of work, so the result is
kept in a folder of the person who runs the program, under a name that changes with the package and with what is cut.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import MappingProxyType

SCHEME = "plumbline:"
_UPRIGHT, _ITALIC = "Inter[opsz,wght].ttf", "Inter-Italic[opsz,wght].ttf"
FACES: Mapping[str, tuple[str, dict[str, int]]] = MappingProxyType(
    {
        "inter-regular.ttf": (_UPRIGHT, {"wght": 400, "opsz": 14}),
        "inter-semibold.ttf": (_UPRIGHT, {"wght": 600, "opsz": 14}),
        "inter-display.ttf": (_UPRIGHT, {"wght": 600, "opsz": 32}),
        "inter-italic.ttf": (_ITALIC, {"wght": 400, "opsz": 14}),
    }
)
# Latin with its extensions and marks, Greek, Cyrillic, Vietnamese, punctuation, currency, arrows, operators, shapes.
RANGES = (
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x02BB, 0x02BC), (0x0300, 0x0304), (0x0306, 0x030C), (0x0323, 0x0328),
    (0x0370, 0x03FF), (0x0400, 0x045F), (0x0490, 0x0491), (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9),
    (0x2010, 0x2027), (0x2030, 0x203A), (0x2044, 0x2044), (0x20AC, 0x20AC), (0x2116, 0x2122), (0x2190, 0x2199),
    (0x2212, 0x2212), (0x2248, 0x2265), (0x25A0, 0x25CF),
)  # fmt: skip
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum")


def folder() -> Path:
    """Where this person's cut faces are kept; nothing is made."""
    # expanduser of os.path, because pathlib's raises for somebody without a home.
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  see above
    return Path(base) / "plumbline" / f"faces-{_fingerprint()}"


def ready() -> Path:
    """Return a folder that holds every face, cutting what is missing; a throw-away one where none can be kept."""
    kept = folder()
    try:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        missing = [name for name in FACES if not (kept / name).is_file()]
        _cut_into(kept, missing)
    except OSError:
        kept = Path(tempfile.mkdtemp(prefix="plumbline-faces-"))
        _cut_into(kept, list(FACES))
    return kept


@functools.cache
def faces(where: Path | None = None) -> Mapping[str, bytes]:
    """Every face by its private address, such as ``plumbline:font/inter-regular.ttf``, from ``where`` or made ready."""
    source = where or ready()
    return MappingProxyType({f"{SCHEME}font/{name}": (source / name).read_bytes() for name in sorted(FACES)})


def cut(name: str) -> bytes:
    """Cut one face; the same package gives the same bytes."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    file, axes = FACES[name]
    options = subset.Options(layout_features=list(FEATURES), hinting=False, notdef_outline=True, name_IDs=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[point for low, high in RANGES for point in range(low, high + 1)])
    with TTFont(_package() / "files" / file, recalcTimestamp=False, lazy=True) as font:
        # Narrowed before the axes are fixed: most of the work is a glyph at a time.
        cutter.subset(font)
        instantiateVariableFont(font, axes, inplace=True)
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()


def _cut_into(kept: Path, names: list[str]) -> None:
    if not names:
        return
    with ProcessPoolExecutor(max_workers=min(len(names), os.cpu_count() or 1)) as pool:
        for name, face in zip(names, pool.map(cut, names), strict=True):
            # Two programs may cut at once: each writes a file of its own, and renaming is atomic.
            handle, part = tempfile.mkstemp(dir=kept)
            with os.fdopen(handle, "wb") as stream:
                stream.write(face)
            Path(part).replace(kept / name)


def _package() -> Path:
    import fontpkg_inter

    return Path(fontpkg_inter.ROOT)


@functools.cache
def _fingerprint() -> str:
    from importlib import metadata

    versions = (metadata.version("fontpkg-inter"), metadata.version("fonttools"))
    recipe = (versions, sorted(FACES.items()), RANGES, FEATURES)
    return hashlib.sha256(repr(recipe).encode()).hexdigest()[:16]


if __name__ == "__main__":
    ready()
