"""Builds the program: settings in, a guarded Flask application out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from app import paths
from app.models import slow
from app.models.engine import make_engine
from app.web import (
    admin,
    assets,
    auth,
    blueprint,
    calibration,
    candidate,
    casework,
    committee,
    documents,
    errors,
    evidence,
    fairness,
    grading,
    guard,
    headers,
    hiring,
    home,
    hosts,
    insights,
    interviewing,
    ladder,
    logs,
    onboarding,
    operations,
    origin,
    packing,
    pages,
    panel,
    privacy,
    promotion,
    proxies,
    scheduling,
)
from app.web.operations import metrics
from app.web.sessions import TokenSessions
from app.web.templating import Environment

if TYPE_CHECKING:
    from app.settings import Settings

JOBS = (
    home,
    auth,
    hiring,
    panel,
    scheduling,
    interviewing,
    grading,
    committee,
    onboarding,
    ladder,
    evidence,
    promotion,
    calibration,
    insights,
    fairness,
    casework,
    candidate,
    blueprint,
    privacy,
    admin,
    operations,
)
_MEGABYTE = 1_000_000


def build(settings: Settings) -> Flask:
    """An application over the database that the settings name; it does not touch the database yet."""
    app = Flask("app.web", template_folder=str(paths.templates_dir()), static_folder=None)
    app.jinja_environment = Environment
    app.secret_key = settings.secret_key
    https = (settings.public_url or "").startswith("https://")
    app.config.update(
        PLUMBLINE=settings,
        PUBLIC_URL=settings.public_url,
        SESSION_COOKIE_SECURE=https,
        MAX_CONTENT_LENGTH=_MEGABYTE,
        MAX_FORM_MEMORY_SIZE=_MEGABYTE // 2,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )
    engine = app.extensions["plumbline.engine"] = make_engine(settings.database_url)
    slow.watch(engine)
    _set_up_templates(app)
    proxies.init_app(app, settings)
    _protect(app, settings)
    for job in JOBS:
        app.register_blueprint(job.job)
    guard.declared(app)
    return app


def _set_up_templates(app: Flask) -> None:
    # Flask decides by the file's ending; ours are escaped whatever they are called.
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    pages.init_app(app)


def _protect(app: Flask, settings: Settings) -> None:
    app.session_interface = TokenSessions()
    logs.init_app(app)
    metrics.init_app(app)
    packing.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    hosts.init_app(app, settings)
    assets.init_app(app)
    documents.init_app(app)
    origin.init_app(app)
    guard.init_app(app)
    CSRFProtect(app)
