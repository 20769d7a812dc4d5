"""What somebody typed survives an expired session: the sign-in page carries it and hands it back.

The fields travel in a signed hidden field of the sign-in form, in the same browser that sent them. After sign-in a
page shows them and posts them again only when the person says so, with a fresh form token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFETIME = 8 * 60 * 60
MOST_BYTES = 200_000
_NEVER = frozenset({"csrf_token", "username", "password", "old", "new", "again"})


@dataclass(frozen=True, slots=True)
class Carried:
    """A post that came too late: where it was going and its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]


def typed() -> tuple[tuple[str, str], ...]:
    """The current request's fields, as far as they may be shown again; none when there is nothing to hand back."""
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in _NEVER)
    if request.method != "POST" or sum(len(n) + len(v) for n, v in fields) > MOST_BYTES:
        return ()
    return fields


def pack(*, bare: bool = False) -> str:
    """The current request's fields, signed; empty when there is nothing to carry.

    ``bare`` carries an act without fields too, such as a button that was pressed.
    """
    fields = typed()
    return _serializer().dumps({"path": request.path, "fields": fields}) if fields or bare else ""


def unpack(text: str) -> Carried | None:
    """Read back what :func:`pack` signed; ``None`` for anything else."""
    try:
        body: Mapping[str, object] = _serializer().loads(text, max_age=LIFETIME)
    except BadData:
        return None
    fields = body["fields"]
    if not isinstance(fields, list):
        return None
    return Carried(str(body["path"]), tuple((str(name), str(value)) for name, value in fields))


def own_page(path: str) -> str:
    """The path when it is a page of ours that can be opened, else the home page: nothing outside is followed."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not path.startswith("/"):
        return "/"
    try:
        endpoint, values = adapter.match(path.partition("?")[0], method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return "/"
    return adapter.build(endpoint, values) if endpoint != "static" else "/"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="carry")
