"""Builds the program for tests, which ask for it thousands of times.

What is the same for every program of a process is worked out once: the code of templates, the parts of addresses with
what matches and builds them, and static files with what they are packed to. Each program is built anew all the same, so
that no test can leave anything behind.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from app.web import assets
from app.web.factory import build

if TYPE_CHECKING:
    from types import CodeType, MethodType

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
    """An address that is taken apart once a process: what it leads to hangs on nothing but its text."""

    _read: dict[tuple[Any, ...], tuple[Any, ...]] = {}  # noqa: RUF012  shared on purpose

    def compile(self) -> None:
        """Take from an earlier program what the same text led to; none of it is ever changed."""
        assert not self.defaults, "what builds an address with defaults holds their values"
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, *self.map.converters.values())
        if key not in self._read:
            super().compile()
            builders = (cast("MethodType", each).__func__ for each in (self._build, self._build_unknown))
            self._read[key] = (self._parts, self._trace, self._converters, *builders)
        else:
            self._parts, self._trace, self._converters, build, build_unknown = self._read[key]
            self.arguments.update(self._converters)
            self._build, self._build_unknown = build.__get__(self), build_unknown.__get__(self)


_compiled = _Compiled()
Flask.url_rule_class = _Rule
assets._asset = cache(assets._asset)


def built(settings: Settings, database: Database | None = None) -> Flask:
    """The program over a lent database, whose engine it shares so that statements can be counted."""
    program = build(settings)
    program.jinja_env.bytecode_cache = _compiled
    if database is not None:
        program.extensions["plumbline.engine"] = database.engine
    return program
