"""The evidence log: what somebody has done, who says that it was so, and what it covers."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("evidence", __name__)

from app.web.evidence import (  # noqa: E402, F401  the views register themselves on the job
    asking,
    entry,
    importing,
    log,
    offers,
    taking,
    writing,
)
