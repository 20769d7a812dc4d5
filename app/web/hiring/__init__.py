"""Hiring: requisitions, candidates, applications, panels, documents and search."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("hiring", __name__)


from app.web.hiring import (  # noqa: E402, F401  after the job that they hang themselves on
    applications,
    candidate_feedback,
    candidate_links,
    candidates,
    exports,
    files,
    importing,
    interviews,
    merging,
    moves,
    rebasing,
    redacting,
    requisitions,
    resume,
    search,
    uploads,
)
