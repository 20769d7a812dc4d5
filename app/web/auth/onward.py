"""Where somebody goes once they have shown who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template

from app.web import carry

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def onward(then: str, carried: str) -> Response:
    """Go on to a page of ours, or show what was being sent when the proof was asked for, to send it again."""
    unpacked = carry.unpack(carried)
    if unpacked is not None:
        return make_response(render_template("auth/carried.html", carried=unpacked))
    return redirect(carry.own_page(then or "/"), 303)
