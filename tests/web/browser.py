"""A browser for tests without a browser: keeps cookies, sends form tokens as a real form would."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.models.engine import writing
from app.services import sessions
from app.web.sessions import cookie_name
from tests.factories.entering import entered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One browser; ``token`` is what its forms carry."""

    def __init__(self, program: Flask) -> None:
        """Open a browser on the program."""
        self.program = program
        self.client = program.test_client()
        self._form_token = ""

    def sign_in(self, person_id: UUID, *, at: datetime | None = None) -> None:
        """Begin a session for a person, as the sign-in page does after checking a password."""
        engine = self.program.extensions["plumbline.engine"]
        with writing(engine) as session:
            token = sessions.begin(session, person_id, browser="test", **entered(at))
        self.client.set_cookie(cookie_name(self.program), token, path="/")
        self._form_token = ""

    def read_token_anew(self) -> None:
        """Forget the form token: after a sign-in or a proof the session, and with it the token, is another."""
        self._form_token = ""

    @property
    def token(self) -> str:
        """The form token of this browser, as our script gets a fresh one, which costs less than a page with a form."""
        if not self._form_token:
            answer = self.client.get("/scorecards/form-token")
            if answer.status_code == 200:
                self._form_token = answer.get_json()["csrf_token"]
            else:  # nobody is signed in, and the sign-in page has a form
                page = self.client.get("/sign-in")
                found = _TOKEN.search(page.text)
                assert found, page.text[:400]
                self._form_token = found.group(1)
        return self._form_token

    def get(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401  werkzeug's own options
        """Open a page; redirects are not followed."""
        return self.client.get(path, **options)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a form with its token, and with a key as one that was just drawn has."""
        drawn = {"csrf_token": self.token, "intent": uuid4().hex}
        return self.client.post(path, data={**drawn, **(data or {})}, **options)

    def post_json(self, path: str, body: object, **options: Any) -> TestResponse:  # noqa: ANN401  werkzeug's own options
        """Send JSON as our scripts do, with the token in a header."""
        headers = {"X-CSRFToken": self.token, "Accept": "application/json", **options.pop("headers", {})}
        return self.client.post(path, json=body, headers=headers, **options)
