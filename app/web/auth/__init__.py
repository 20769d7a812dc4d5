"""Signing in and out, and the person's own account."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("auth", __name__)

from app.web.auth import (  # noqa: E402  the views register themselves on the job
    account,  # noqa: F401  registers its views
    connections,  # noqa: F401  registers its views
    factor,  # noqa: F401  registers its views
    leaving,  # noqa: F401  registers its views
    links,  # noqa: F401  registers its views
    proof,  # noqa: F401  registers its views
    provider,  # noqa: F401  registers its views
    provider_notices,  # noqa: F401  registers its views
    sign_in,  # noqa: F401  registers its views
    way_in,  # noqa: F401  registers its views
)
