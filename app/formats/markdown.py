"""Markdown that strangers write, as HTML that can do nothing: a small set of tags, and links to https and mail only.

Two nets, one behind the other: the reader of Markdown takes neither HTML nor pictures, and what it makes is cleaned
once more against a list of what may be there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

TAGS = frozenset(
    {
        "p", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4", "table", "thead", "tbody",
        "tr", "th", "td", "br", "hr",
    }
)  # fmt: skip
SCHEMES = frozenset({"https", "mailto"})
_HIGHEST = ("h1", "h2", "h3")
_MOST_BRACKETS = 1000


def safe_html(text: str) -> Markup:
    """The text as HTML for a page of ours. Headings begin at the third level, because the page has those above.

    Thousands of brackets, which nobody writes and which take the reader a second, are shown as they were typed.
    """
    if text.count("[") + text.count("]") > _MOST_BRACKETS:
        return Markup("<pre>{}</pre>\n").format(text)
    drawn = _reader().render(text)
    cleaned = nh3.clean(
        drawn,
        tags=set(TAGS),
        # Without the star the cleaner would also let through what it holds to be harmless on every tag.
        attributes={"a": {"href"}, "*": set()},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return Markup(cleaned)  # noqa: S704  cleaned against the list above; tests hold a battery of attacks against it


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image")
    reader.core.ruler.push("lower_headings", _lower_headings)
    return reader


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in _HIGHEST[:2] else "h4"
