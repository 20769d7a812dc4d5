"""Calibration: sessions in which several people hold cases and ratings to one standard, each on their own first."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("calibration", __name__)

from app.web.calibration import (  # noqa: E402, F401  the views register themselves on the job
    items,
    preparing,
    printing,
    running,
    sessions,
    votes,
)
