"""Pictures without what cameras and programs write into them: place, time, owner, device, previews, anything behind."""

from __future__ import annotations

_JPEG_START, _JPEG_END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _ADOBE, _COMMENT = 0xE0, 0xEE, 0xFE
_APPLICATION = range(0xE1, 0xF0)
"""Segments of programs: Exif, XMP, ICC profiles, Photoshop. Only Adobe's own says how colours are to be read."""
_RESTARTS = range(0xD0, 0xD8)
_LONE = frozenset({0x01, _JPEG_START, *_RESTARTS})
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"bKGD", b"pHYs"}
)


def jpeg_without_segments(data: bytes) -> bytes:
    """A JPEG with the segments that draw it and no other; what it cannot follow to the end raises ``ValueError``."""
    if not data.startswith(b"\xff\xd8"):
        raise _damaged()
    kept, place = [data[:2]], 2
    while place < len(data):
        marker, end = _segment(data, place)
        if marker == _SCAN:
            stop = _scan_end(data, end)
            kept.append(data[place:stop])
            place = stop
            continue
        if marker == _JPEG_END:
            return b"".join([*kept, b"\xff\xd9"])
        if not (marker == _COMMENT or (marker in _APPLICATION and marker != _ADOBE)):
            kept.append(data[place:end])
        place = end
    raise _damaged()


def png_without_chunks(data: bytes) -> bytes:
    """A PNG with the chunks that draw it and no other; what it cannot follow to the end raises ``ValueError``."""
    if not data.startswith(_PNG_SIGNATURE):
        raise _damaged()
    kept, place = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while place + 12 <= len(data):
        name, end = data[place + 4 : place + 8], place + 12 + int.from_bytes(data[place : place + 4])
        if end > len(data):
            raise _damaged()
        if name in _PNG_KEPT:
            kept.append(data[place:end])
        if name == b"IEND":
            return b"".join(kept)
        place = end
    raise _damaged()


def _segment(data: bytes, place: int) -> tuple[int, int]:
    """The marker that begins at ``place`` and where its segment ends."""
    while data[place : place + 2] == b"\xff\xff":
        place += 1
    if data[place : place + 1] != b"\xff" or place + 1 >= len(data):
        raise _damaged()
    marker = data[place + 1]
    if marker in _LONE or marker == _JPEG_END:
        return marker, place + 2
    end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
    if end > len(data) or end < place + 4:
        raise _damaged()
    return marker, end


def _scan_end(data: bytes, place: int) -> int:
    """Where the pixels of a scan end: at the first marker that is neither a stuffed byte nor a restart."""
    while (place := data.find(b"\xff", place)) != -1 and place + 1 < len(data):
        following = data[place + 1]
        if following and following not in _RESTARTS:
            return place
        place += 2
    raise _damaged()


def _damaged() -> ValueError:
    return ValueError("A picture in this document is damaged. Save it again, or leave the picture out.")
