"""Writes maps and lists as the YAML that `yaml_source` reads: what is read back is what was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTH = 120
# Plain numbers are numbers to every reader; what only looks like one is refused by ours, so it goes into quotes.
_NUMBER_LIKE = re.compile(r"[-+.0-9][0-9_.eE+-]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)


class _Dumper(yaml.SafeDumper):
    """Block style, list items indented below their key, and every text written out where it stands."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  the base class's own question
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  the base class's own signature
        super().increase_indent(flow, False)  # noqa: FBT003  as above


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if _NUMBER_LIKE.fullmatch(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def write_yaml(top: Mapping[str | int, object]) -> str:
    """Return a file's content as YAML text, keys in the order they have."""
    written: str = yaml.dump(
        dict(top), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )
    return written
