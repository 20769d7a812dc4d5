"""When somebody is busy, from a calendar file (.ics): repeating events within a bounded time, and never any title."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.errors import UnavailableError
from app.domain.slots import Span
from app.formats import busy_child

SIZE_LIMIT = 1_000_000
LIMITS = "a calendar file (.ics) of at most 1 MB"
AHEAD = timedelta(days=60)
"""How far ahead busy times are worked out; beyond that nobody plans a loop."""
_SECONDS = 12
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from app.formats.busy_child import serve; serve(*sys.argv[2:])"
_FULL = "This calendar could not be read, as there is no room for temporary files. Tell your administrator."
_HEAVY = "This calendar repeats more than can be worked out. Give one with your own appointments only."


def read(data: bytes, *, zone: str, now: datetime) -> tuple[Span, ...]:
    """The busy times of the next 60 days, merged and in order; times without a zone are in ``zone``.

    ValueError says in a sentence why a file is refused; :class:`UnavailableError` where there is no room to read it.
    """
    if not data.strip():
        message = "This file is empty. Export the calendar again."
        raise ValueError(message)
    if len(data) > SIZE_LIMIT:
        message = f"This file has {len(data) / 1_000_000:.1f} MB. Choose {LIMITS}."
        raise ValueError(message)
    if b"begin:vcalendar" not in data[:2000].lower():
        message = "This is not a calendar. Choose an .ics file: it begins with BEGIN:VCALENDAR."
        raise ValueError(message)
    try:
        status, output = _worked_out(data, (now.isoformat(), (now + AHEAD).isoformat(), zone))
    except OSError as error:
        raise UnavailableError(_FULL) from error
    if status == busy_child.FAULT:
        raise ValueError(output.decode(errors="replace"))
    if status:
        raise ValueError(_HEAVY)
    return tuple(Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in json.loads(output))


def _worked_out(data: bytes, told: tuple[str, ...]) -> tuple[int, bytes]:
    root = str(Path(__file__).resolve().parents[2])
    with tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(  # noqa: S603  our own interpreter and code; the calendar comes in as bytes
                [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, root, *told],
                input=data, stdout=output, stderr=subprocess.DEVNULL, env={}, cwd="/", timeout=_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 1, b""
        output.seek(0)
        return ended.returncode, output.read()
