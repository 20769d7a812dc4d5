"""What machines ask of the program: whether it lives, whether it can answer, and its figures."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("operations", __name__)

from app.web.operations import health, metrics  # noqa: E402, F401  the routes hang themselves on the job
