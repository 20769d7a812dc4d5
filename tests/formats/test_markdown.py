"""Markdown of strangers: what may be drawn is drawn, and whatever could do something is gone."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.markdown import SCHEMES, TAGS, safe_html

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=//evil.example></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example><input name=q></form>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<table><td background=javascript:alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](http://evil.example)",
    "[x](//evil.example)",
    "[x](\\\\evil.example)",
    "[x](/sign-out)",
    "[x](?a=b)",
    "[x](#main)",
    "[x](https://ok.example 'a\" onmouseover=\"alert(1)')",
    '[x](<https://ok.example" onmouseover="alert(1)>)',
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "![x][y]\n\n[y]: https://evil.example/pixel.png",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    '<https://ok.example/"onclick=alert(1)>',
    '```html" onclick=alert(1)\n<script>alert(1)</script>\n```',
    "`<script>alert(1)</script>`",
    "# <img src=x onerror=alert(1)>",
    "| <img src=x onerror=alert(1)> | b |\n| - | - |\n| <script> | x |",
    "> <details ontoggle=alert(1) open>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<p style='position:fixed;inset:0'>over all</p>",
    "<div id=main class=notice>posing as the page</div>",
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7*7 %>",
)


class Seen(HTMLParser):
    """Every tag and attribute of a piece of HTML."""

    def __init__(self, html: str) -> None:
        """Read it."""
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def harmless(html: str) -> bool:
    """Whether nothing is there but what may be: known tags, and links that leave safely."""
    seen = Seen(html)
    allowed = all(
        (name == "href" and value.partition(":")[0].lower() in SCHEMES)
        or (name, value) == ("rel", "noopener noreferrer nofollow")
        for name, value in seen.attributes
    )
    return seen.tags <= TAGS and allowed


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives(attack: str) -> None:
    html = str(safe_html(attack))

    assert harmless(html), html
    assert harmless(str(safe_html(f"text\n\n{attack}\n\n- {attack}"))), html


def test_what_people_write_is_drawn() -> None:
    text = "# Plan\n\nA *first* **step**[^1]\n\n1. one\n2. two\n\n> said\n\n---\n\n`code` [site](https://a.example/x?y=1&z=2)"

    assert str(safe_html(text)) == (
        "<h3>Plan</h3>\n<p>A <em>first</em> <strong>step</strong>[^1]</p>\n<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"
        "<blockquote>\n<p>said</p>\n</blockquote>\n<hr>\n<p><code>code</code> "
        '<a href="https://a.example/x?y=1&amp;z=2" rel="noopener noreferrer nofollow">site</a></p>\n'
    )


@pytest.mark.parametrize(("written", "drawn"), [("#", "h3"), ("##", "h3"), ("###", "h4"), ("######", "h4")])
def test_headings_stay_below_those_of_the_page(written: str, drawn: str) -> None:
    assert str(safe_html(f"{written} Title")) == f"<{drawn}>Title</{drawn}>\n"


@given(st.text(alphabet=st.sampled_from("<>[]()!\"'`*_#|-:/\\&;=\n abjsx"), max_size=80))
def test_no_jumble_makes_anything_else(text: str) -> None:
    assert harmless(str(safe_html(text)))


def test_a_text_of_thousands_of_brackets_is_shown_as_it_was_typed() -> None:
    assert str(safe_html("[" * 2000 + "<b>")) == "<pre>" + "[" * 2000 + "&lt;b&gt;</pre>\n"
