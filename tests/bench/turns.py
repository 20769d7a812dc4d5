"""How the benchmarks ask, take turns and judge: all sides of one ratio are asked within one run, the median counts."""

from __future__ import annotations

import statistics
import sys
from typing import TYPE_CHECKING, Any

from flask import render_template, template_rendered
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.web.sessions import cookie_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

ROUNDS, CALLS = 15, 20


def asking(app: Flask, path: str, token: str = "") -> Callable[[], bytes]:
    """A call that opens an address of an application in process, signed in with a session's token, if any."""
    headers = [("Cookie", f"{cookie_name(app)}={token}")] if token else []
    environ = EnvironBuilder(path=path, headers=headers).get_environ()

    def ask() -> bytes:
        answer, status, _ = run_wsgi_app(app.wsgi_app, dict(environ))
        assert status == "200 OK", status
        return b"".join(answer)

    return ask


def captured(program: Flask, page: Callable[[], bytes], kept: dict[str, Any]) -> bytes:
    """Open a page and keep the name and the facts of the template that it was drawn from."""

    def keep(_sender: object, template: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401
        kept.update(template=template.name, context=dict(context))

    with template_rendered.connected_to(keep, program):
        return page()


def rendered(kept: Mapping[str, Any]) -> str:
    """Draw what was kept again: the floor of the page that it came from."""
    own = {k: v for k, v in kept["context"].items() if k not in {"g", "request", "session"}}
    return render_template(kept["template"], **own)


def in_turns(sides: Mapping[str, Callable[[], object]], clock: Callable[[], float]) -> dict[str, float]:
    """The median seconds of one call of each side, asked in turns so that a busy machine is unfair to none."""
    for ask in sides.values():
        ask()
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, ask in sides.items():
            begun = clock()
            for _ in range(CALLS):
                ask()
            times[name].append((clock() - begun) / CALLS)
    return {name: statistics.median(held) for name, held in times.items()}


def report(name: str, seconds: float, hello: float | None = None) -> None:
    """Print what one call takes, and its ratio to the hello of the same run."""
    ratio = "" if hello is None else f"{seconds / hello:8.1f} x hello"
    sys.stdout.write(f"{name:<42}{seconds * 1000:9.3f} ms{ratio}\n")


def judge(name: str, measured: float, goal: float, unit: str = "") -> None:
    """Print a measurement beside its goal, and whether it is met."""
    word = "PASS" if measured <= goal else "SHORT"
    sys.stdout.write(f"{name}: {round(measured, 2):,}{unit} (goal at most {round(goal, 3):,}{unit})  {word}\n")
