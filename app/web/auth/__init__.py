"""Signing in and out, and the person's own account."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("auth", __name__)

from app.web.auth import account, sign_in  # noqa: E402, F401  the views register themselves on the job
