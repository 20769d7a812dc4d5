"""What is stored about a candidate and for how long, and all of it that is theirs, to take away."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app, make_response, request

from app.queries.own_data import own_data, own_kinds
from app.queries.own_notices import own_notices
from app.services import consents
from app.web.candidate import job
from app.web.candidate.frame import candidate_page, installed
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import by_link_always, current_candidate
from app.web.pages import go

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@job.get("/your-application/stored")
@by_link_always
def stored() -> tuple[str, int]:
    """What is kept, kind by kind."""
    with reading() as session:
        data, told = own_kinds(session, current_candidate()), own_notices(session, current_candidate())
        months = installed().candidate_months
        return candidate_page("candidate/stored.html", session=session, data=data, told=told, months=months)


@job.post("/your-application/consent/<uuid:notice_id>")
@by_link_always
def consent(notice_id: UUID) -> AnyResponse:
    """Say yes to a notice, or take a yes back."""
    agrees = request.form.get("agrees") == "yes"
    with writing() as session:
        consents.answer(session, current_candidate(), notice_id, agrees=agrees, now=now())
    return go("candidate.stored", done="consent-given" if agrees else "consent-withdrawn")


@job.get("/your-application/stored.json")
@by_link_always
def download() -> Response:
    """The candidate's own data as a JSON file."""
    with reading() as session:
        data = own_data(session, current_candidate())
    text = current_app.json.dumps(_plain(asdict(data)), indent=2, ensure_ascii=False)
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="your-application.json"'
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def _plain(value: object) -> object:
    """The same in types that JSON knows: moments as ISO 8601 in UTC."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
