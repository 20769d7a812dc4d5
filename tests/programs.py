"""Builds the program for tests, which ask for it thousands of times.

What is the same for every program of a process is worked out once: the code of templates, and that of the builders of
addresses. Each program is built anew all the same, so that no test can leave anything behind in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from app.web.factory import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from jinja2.bccache import Bucket

    from app.settings import Settings
    from tests.databases import Database


class _Compiled(BytecodeCache):
    """What Jinja has compiled in this process; a template that was edited since has another checksum."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template the code that an earlier program made of it, if any."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template for the programs after this one."""
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


class _Rule(Rule):
    """An address whose builder, which depends on nothing but the parts of the address, is compiled once a process."""

    _kept: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012  shared on purpose

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  werkzeug's own
        assert not self.defaults, "the builder of an address with defaults holds their values"
        key = (append_unknown, *self._trace)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


_compiled = _Compiled()
Flask.url_rule_class = _Rule


def built(settings: Settings, database: Database | None = None) -> Flask:
    """The program over a lent database, whose engine it shares so that statements can be counted."""
    program = build(settings)
    program.jinja_env.bytecode_cache = _compiled
    if database is not None:
        program.extensions["plumbline.engine"] = database.engine
    return program
