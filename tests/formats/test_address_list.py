"""Typed e-mail addresses, however they are set apart."""

from __future__ import annotations

import pytest

from app.formats.address_list import read_addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org\nb@x.org", ((1, "a@x.org"), (2, "b@x.org"))),
        ("a@x.org, b@x.org; c@x.org d@x.org", ((1, "a@x.org"), (1, "b@x.org"), (1, "c@x.org"), (1, "d@x.org"))),
        ("Ann Ode <a@x.org>;\r\n\r\nBo <b@x.org>,", ((1, "a@x.org"), (3, "b@x.org"))),
        ("Ann <a@x.org> Bo < b@x.org >", ((1, "a@x.org"), (1, "b@x.org"))),
        ("what is this", ((1, "what is this"),)),
        (" \n,;\n", ()),
    ],
)
def test_addresses_are_found_with_their_lines(text: str, found: tuple[tuple[int, str], ...]) -> None:
    assert read_addresses(text) == found
