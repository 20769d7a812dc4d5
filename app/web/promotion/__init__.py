"""Promotion cases: begun, written, backed by evidence, handed in, decided, signed and printed."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("promotion", __name__)

from app.web.promotion import (  # noqa: E402, F401  the views register themselves on the job
    beginning,
    citing,
    ending,
    feedback,
    listing,
    printing,
    reading_case,
    writing_case,
)
