"""Case work on the coordinator's side: tasks made of a blueprint's cases, given to candidates, and their time."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("casework", __name__)

from app.web.casework import assignments, giving, handed_in, tasks  # noqa: E402, F401  the views register themselves
