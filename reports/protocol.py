"""What the program and the engine say to each other: the limits of a document, and how its child ended.

The answer to a job is the PDF followed by a trailer: the child's wait status, whether its time ran out, and the
processor seconds that the document cost.
"""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass

TRAILER = struct.Struct("!i?d")
EXIT_FAULT = 3
EXIT_MEMORY = 4
EXIT_TOO_LARGE = 5
EXIT_MISSING = 6
EXIT_NO_ROOM = 7
CHUNK = 1 << 16
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: seconds of wall and processor time, bytes of memory and of one file, open files."""

    wall: float = 25.0
    cpu: int = 20
    memory: int = 1024 * _MIB
    file: int = 32 * _MIB
    files: int = 64

    def as_numbers(self) -> dict[str, float]:
        """The limits by name, ready for JSON."""
        return asdict(self)
