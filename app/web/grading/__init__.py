"""Grading: cases read without names, graded alone, and laid side by side once all grades are in."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("grading", __name__)

from app.web.grading import (  # noqa: E402, F401  the routes hang themselves on the job
    desk,
    differences,
    graders,
    question,
    sealing,
    sheet,
)
