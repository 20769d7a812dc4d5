"""The home page: an inbox of what waits for the person who signed in, and what they follow."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("home", __name__)

from app.web.home import inbox  # noqa: E402, F401  the routes hang themselves on the job
