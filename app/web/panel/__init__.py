"""Panels: the plan of a requisition's interviews, who could hold them, and who should not."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("panel", __name__)

from app.web.panel import (  # noqa: E402, F401  the views hang themselves on the job
    carrying,
    conflicts,
    importing,
    interviewers,
    plan,
    referring,
)
