"""Builds the program for tests, which ask for it hundreds of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

from app.web.factory import build

if TYPE_CHECKING:
    from types import CodeType

    from flask import Flask
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


_compiled = _Compiled()


def built(settings: Settings, database: Database | None = None) -> Flask:
    """The program over a lent database, whose engine it shares so that statements can be counted."""
    program = build(settings)
    program.jinja_env.bytecode_cache = _compiled
    if database is not None:
        program.extensions["plumbline.engine"] = database.engine
    return program
