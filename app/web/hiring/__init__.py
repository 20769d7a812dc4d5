"""Hiring: requisitions, candidates, applications, panels, documents and search."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("hiring", __name__)

# The routes hang themselves on the job.
from app.web.hiring import (  # noqa: E402, F401
    applications,
    candidates,
    exports,
    files,
    importing,
    interviews,
    merging,
    moves,
    requisitions,
    search,
    uploads,
)
