"""The ladder: where somebody stands, cycles of assessments, and what two people see alike and differently."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("ladder", __name__)

from app.web.ladder import (  # noqa: E402, F401  the views register themselves on the job
    assessments,
    cycle_acts,
    cycles,
    extending,
    history,
    home,
    importing,
    leaving,
    opening,
    placements,
    printing,
    readiness,
    talk,
)
