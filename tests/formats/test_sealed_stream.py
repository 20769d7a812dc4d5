"""Sealed files: only the key opens them, and no byte of them can be changed, moved or cut off unseen."""

from __future__ import annotations

from io import BytesIO

import pytest

from app.formats.sealed_stream import MARK, Opening, SealError, Sealing, new_key, read_key

KEY = bytes(range(32))
CHUNK = 1_000_016
HEAD = len(MARK) + 16


def sealed(content: bytes) -> bytes:
    stream = BytesIO()
    writer = Sealing(stream, KEY)
    for start in range(0, len(content), 300_000):
        writer.write(content[start : start + 300_000])
    writer.close()
    return stream.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    reader, found = Opening(BytesIO(data), key), b""
    while piece := reader.read(70_000):
        found += piece
    return found


@pytest.mark.parametrize("size", [0, 1, 999_999, 1_000_000, 1_000_001, 2_000_000, 3_100_000])
def test_what_was_sealed_comes_out_again(size: int) -> None:
    content = bytes(number % 251 for number in range(size))

    assert opened(sealed(content)) == content
    assert sealed(content) != sealed(content), "every file has a key of its own"


def test_a_changed_swapped_cut_or_lengthened_file_is_refused() -> None:
    whole = sealed(b"a" * 2_500_000)
    flipped = bytearray(whole)
    flipped[HEAD + 1_500_000] ^= 1
    first, second = whole[HEAD : HEAD + CHUNK], whole[HEAD + CHUNK : HEAD + 2 * CHUNK]
    swapped = whole[:HEAD] + second + first + whole[HEAD + 2 * CHUNK :]

    for wrong in (bytes(flipped), swapped, whole[: HEAD + CHUNK], whole[:-1], whole[:HEAD], whole + b"x"):
        with pytest.raises(SealError):
            opened(wrong)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealError, match="the key is another one"):
        opened(sealed(b"secret"), bytes(32))
    with pytest.raises(SealError, match="it is not sealed"):
        opened(b"a letter")


def test_a_key_is_one_line_of_32_bytes() -> None:
    assert len(read_key(new_key() + "\n")) == 32
    assert new_key() != new_key()
    for wrong in ("", "hunter2", "YWJj", "ä"):
        with pytest.raises((SealError, ValueError)):
            read_key(wrong)
