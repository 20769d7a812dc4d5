"""What HR is told of ladders, openings and interviewers, and what each interviewer sees of themselves."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("insights", __name__)

from app.web.insights import figures, interviewers  # noqa: E402, F401  the views register themselves on the job
