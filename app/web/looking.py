"""What somebody looks for, as an address says it."""

from __future__ import annotations

from flask import request

_LONGEST = 200


def words(name: str = "q") -> str:
    """The words of one parameter on one line, without what no title holds and a database may refuse to look for."""
    given = request.args.get(name, "")
    return " ".join("".join(letter for letter in given if letter.isprintable() or letter.isspace()).split())[:_LONGEST]
