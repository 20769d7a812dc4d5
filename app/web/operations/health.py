"""Whether the program lives (`/healthz`) and whether it can answer people (`/readyz`): a word each, no details."""

from __future__ import annotations

from flask import Response

from app.queries import vital_signs
from app.web.database import engine
from app.web.guard import public
from app.web.operations import job


@job.get("/healthz")
@public("Whoever watches the process asks this without an account; the answer is one word")
def alive() -> Response:
    """Answer without asking the database, so that a busy one does not get the process restarted."""
    return Response("alive\n", mimetype="text/plain")


@job.get("/readyz")
@public("Whoever shares out requests asks this without an account; the answer is one word")
def ready() -> Response:
    """503 while the database does not answer or has another schema."""
    if vital_signs.is_ready(engine()):
        return Response("ready\n", mimetype="text/plain")
    return Response("not ready\n", status=503, mimetype="text/plain")
