"""A form that counts once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from uuid import uuid4

from flask import request
from wtforms import HiddenField

from app.domain.errors import InvalidError
from app.services import intents
from app.web.clock import now
from app.web.database import writing
from app.web.forms import Form
from app.web.guard import current_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_UNHASHED = ("csrf_token", "intent", "version")
_LONGEST_ROUTE = 80


class OnceForm(Form):
    """A form with a key of its own, drawn anew with each page."""

    intent = HiddenField(default=lambda: uuid4().hex)

    def once(self, act: Callable[[Session], str], *, data: bytes = b"") -> str:
        """Do ``act`` in one transaction unless this very form did it before; return its answer, then or now.

        ``data`` is what the form carries besides its fields, such as a file's bytes.
        """
        fields = sorted((name, value) for name, value in request.form.items(multi=True) if not name.endswith(_UNHASHED))
        digest = hashlib.sha256(json.dumps(fields).encode() + data).hexdigest()
        try:
            with writing() as session:
                return intents.once(
                    session,
                    current_actor(),
                    key=str(self.intent.data or ""),
                    route=route(),
                    body_hash=digest,
                    act=lambda: act(session),
                    now=now(),
                )
        except InvalidError as error:
            if any(fault.field == "intent" for fault in error.faults):
                # What was typed is kept in a form with a new key, so that sending it again is possible.
                self.intent.data = uuid4().hex
            raise


def route() -> str:
    """The address of this act as it is kept beside its key: one that names two things is too long, and is digested."""
    path = request.path
    return path if len(path) <= _LONGEST_ROUTE else hashlib.sha256(path.encode()).hexdigest()
