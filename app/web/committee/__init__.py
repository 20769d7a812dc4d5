"""Committee: debriefs, comparisons, votes and decisions."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("committee", __name__)

# The routes hang themselves on the job.
from app.web.committee import comparing, debriefing, decided, deciding, voting  # noqa: E402, F401
