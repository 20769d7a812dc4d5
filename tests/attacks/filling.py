"""Every form of a page as a browser would send it, with something else typed into its text fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_TEXTS = frozenset({"text", "search", "email", "url", "tel", "password", ""})


@dataclass
class Form:
    """Where it goes, what it would send as it stands, and which of its fields take free text."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    has_file: bool = False

    def sent(self, typed: str) -> dict[str, list[str]]:
        """The fields, with this text in each that takes one."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return {**found, **{name: [typed] for name in self.texts}}


def forms_of(html: str) -> list[Form]:
    """The forms of a page that are posted."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


def handlers_of(html: str) -> list[str]:
    """What on a page would run by itself or when somebody uses it: handlers, addresses of code, inline scripts."""
    reader = _Handlers()
    reader.feed(html)
    reader.close()
    return reader.found


class _Handlers(HTMLParser):
    """Gathers attributes that are code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of one element."""
        given = {name: (value or "").strip().lower() for name, value in attrs}
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name in {"style", "srcdoc"}]
        led = [given[name] for name in ("href", "src", "action", "formaction", "xlink:href") if name in given]
        self.found += [f"{tag} {to}" for to in led if to.startswith(("javascript:", "data:", "vbscript:", "//"))]
        if tag == "script" and "src" not in given:
            self.found.append("script inside the page")


class _Reader(HTMLParser):
    """Gathers forms and their fields; of choices the one that stands there, or the first."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside: Form | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._radios: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form, a field or an option in."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = Form(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            self._radios = set()
            if self._inside:
                self.forms.append(self._inside)
        elif self._inside is not None:
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Close a form or a choice."""
        if tag == "form":
            self._inside = None
        elif tag == "select" and self._inside is not None and self._select:
            chosen = [value for value, here in self._options if here] or [value for value, _ in self._options if value][
                :1
            ]
            self._inside.fields += [(self._select, value) for value in chosen]
            self._select = ""

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._inside is not None
        name = given.get("name", "")
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea" and name:
            self._inside.texts.append(name)
        elif tag == "input" and name:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self._inside is not None
        kind = given.get("type", "")
        if kind == "file":
            self._inside.has_file = True
        elif kind in _TEXTS:
            self._inside.texts.append(name)
        elif kind == "radio":
            if name not in self._radios or "checked" in given:
                self._inside.fields = [pair for pair in self._inside.fields if pair[0] != name]
                self._inside.fields.append((name, given.get("value", "on")))
            self._radios.add(name)
        elif kind != "checkbox" or "checked" in given:
            self._inside.fields.append((name, given.get("value", "")))
