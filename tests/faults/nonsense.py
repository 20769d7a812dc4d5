"""Forms as pages really draw them, and the same forms with nonsense in one or several of their fields."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from tests.factories import uploads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.web.browser import Browser

MOST_PAGES = 120
_KEPT = frozenset({"csrf_token"})
_ELSEWHERE = ("/sign-out", "/static", "/account/password")
_NAMES = ("a.pdf", "b.csv", "c.yaml", "d.zip", "e.json", "f.ics", "g.png", "")
_ENDINGS = (".pdf", ".csv", ".zip", ".ics", ".json", ".jsonl", ".xlsx")
VALUES = (
    "", " ", "0", "-1", "1", "999999999999999999999", "1e999", "NaN", "٣", "1_0", "0x10", "none", "null", "true",
    "\x00", "a\x00b", "\ud800", "\u202eabc", "\ufeff", "\x1b[31m", "é" * 3000, "x" * 70_000, "\U0001d54f" * 400,
    "'", '"', "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "../../etc/passwd", "=1+1", "\r\n\r\n",
    "2026-02-30", "0000-00-00", "9999-12-31", "2026-13-01T25:61", "24:00", "2026-11-22", "10:30", "-0.5", "1,5", "1/0",
    "00000000-0000-0000-0000-000000000000", "not-a-uuid", "[]", "{}", "a@b", "@", "https://", "//evil.example",
)  # fmt: skip
"""What forms do not expect: numbers out of range, dates that are none, texts that databases cannot keep."""


@dataclass(slots=True)
class Drawn:
    """A form of a page: where it goes and every field as it stands, in order, and the names of fields for files."""

    path: str
    fields: list[tuple[str, str]]
    files: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """The links and posting forms of one page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.links, self.forms = path, list[str](), list[Drawn]()
        self._form: Drawn | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form, or a field of the form that is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urlsplit(urljoin(self.path, given["href"])).path)
        elif tag == "form" and given.get("method", "").lower() == "post":
            self._form = Drawn(urljoin(self.path, given.get("action") or self.path), [])
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Close a form."""
        if tag == "form":
            self._form = None

    def _field(self, form: Drawn, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option":
            if self._select and not any(self._select == known for known, _ in form.fields):
                form.fields.append((self._select, given.get("value", "")))
            return
        self._select = name if tag == "select" else ""
        if tag in {"input", "textarea", "button"} and name:
            if given.get("type") == "file":
                form.files.add(name)
            else:
                form.fields.append((name, given.get("value", "")))


def drawn_for(browser: Browser, *, most: int = MOST_PAGES) -> dict[str, Drawn]:
    """Every form that somebody can reach by following links from their first page, by where it goes."""
    pages = _walk(browser, most)
    return {form.path: form for page in pages for form in page.forms if not form.path.startswith(_ELSEWHERE)}


def pages_for(browser: Browser, *, most: int = MOST_PAGES) -> list[str]:
    """The addresses of pages that somebody can reach so."""
    return [page.path for page in _walk(browser, most)]


def _walk(browser: Browser, most: int) -> Iterator[_Page]:
    """Pages from the first one on, at most two of those whose addresses differ only in an id."""
    waiting, seen = ["/"], {"/"}
    shapes: Counter[str] = Counter()
    while waiting:
        answer = browser.get(path := waiting.pop(0))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = _Page(path)
        page.feed(answer.text)
        yield page
        for link in page.links:
            shape = "/".join(part if len(part) < 30 else "*" for part in link.split("/"))
            if _ours(link) and link not in seen and shapes[shape] < 2 and len(seen) < most:
                shapes[shape] += 1
                seen.add(link)
                waiting.append(link)


def _ours(link: str) -> bool:
    return link.startswith("/") and not link.startswith(_ELSEWHERE) and not link.endswith(_ENDINGS)


def spoiled(form: Drawn, random: Random, token: str) -> dict[str, Any]:
    """The form with nonsense in some of its fields; now and then one is left out, is sent twice, or is none of its."""
    kept = [[name, value] for name, value in form.fields if name not in _KEPT]
    for one in random.sample(kept, min(len(kept), random.choice((1, 1, 2, 5)))):
        one[1] = random.choice(VALUES)
    if kept and random.random() < 0.2:
        kept.pop(random.randrange(len(kept)))
    if random.random() < 0.2:
        kept.append([random.choice(("version", "intent", "step", "x" * 300, "rating-", "page")), random.choice(VALUES)])
    sent: dict[str, Any] = {"csrf_token": token}
    for name, value in kept:
        sent.setdefault(_typed(name), []).append(_typed(value))
    for name in form.files:
        sent[name] = (io.BytesIO(_file(random)), random.choice(_NAMES))
    return sent


def _file(random: Random) -> bytes:
    """Bytes that are none of what a file should be, or nearly."""
    table = "\n".join(",".join(random.choice(VALUES)[:40] for _ in range(5)) for _ in range(4))
    tree = "\n".join(f"{random.choice(VALUES)[:20]}: {random.choice(VALUES)[:20]}" for _ in range(4))
    whole = random.choice((b"", random.randbytes(500), _typed(table).encode(), _typed(tree).encode(), uploads.pdf()))
    if whole and random.random() < 0.5:
        place = random.randrange(len(whole))
        return whole[:place] + random.randbytes(1) + whole[place + 1 :]
    return whole


def _typed(text: str) -> str:
    """A text that can be put into a request at all; a lone surrogate becomes the bytes that stand for it."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def spoiled_queries(random: Random, names: tuple[str, ...]) -> Iterator[str]:
    """Query strings of nonsense, without end."""
    from urllib.parse import quote

    while True:
        pairs = ((random.choice(names), random.choice(VALUES)) for _ in range(random.choice((1, 2, 4))))
        yield "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in pairs)
