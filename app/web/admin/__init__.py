"""People and roles, and the audit chain to read."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("admin", __name__)

from app.web.admin import audit, people  # noqa: E402, F401  the views register themselves on the job
