"""People and roles, and the audit chain to read."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("admin", __name__)

from app.web.admin import (  # noqa: E402  the views register themselves on the job
    access,  # noqa: F401  registers its views
    audit,  # noqa: F401  registers its views
    credentials,  # noqa: F401  registers its views
    early_readings,  # noqa: F401  registers its views
    granting,  # noqa: F401  registers its views
    looking_as,  # noqa: F401  registers its views
    people,  # noqa: F401  registers its views
)
