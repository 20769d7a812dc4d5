from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markupsafe import Markup
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import DataRequired

from tests.web import gallery_facts
from tests.web.showroom import PAGES, STATIC, draw, environment, page

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = '{% import "components/forms.html" as forms %}'


def _tokens() -> dict[str, tuple[str, str]]:
    css = (STATIC / "css" / "base.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in found}


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _text_on_ground() -> Iterator[tuple[str, str, float]]:
    grounds = ("paper", "surface", "sunken")
    for ground in grounds:
        yield from ((text, ground, 4.5) for text in ("ink", "soft", "accent", "accent-strong", "good", "warn", "bad"))
        yield "edge", ground, 3.0
    for word in ("good", "warn", "bad"):
        yield word, f"{word}-wash", 4.5
        yield "ink", f"{word}-wash", 4.5
    yield from (("accent", "wash", 4.5), ("ink", "wash", 4.5), ("on-accent", "accent", 4.5))
    yield from (("on-accent", "accent-strong", 4.5), ("paper", "soft", 4.5), ("heat-ink-5", "heat-5", 4.5))
    yield from (("ink", f"heat-{depth}", 4.5) for depth in range(1, 5))


@pytest.mark.parametrize(("text", "ground", "least"), list(_text_on_ground()))
def test_text_is_readable_in_both_schemes(text: str, ground: str, least: float) -> None:
    tokens = _tokens()
    light, dark = (_contrast(tokens[text][scheme], tokens[ground][scheme]) for scheme in (0, 1))
    assert light >= least
    assert dark >= least


def test_every_colour_in_the_stylesheets_is_a_token() -> None:
    for name in ("components", "grid", "scorecard"):
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", (STATIC / "css" / f"{name}.css").read_text()) == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    drawn = {name for each in PAGES for name in re.findall(r"icons\.svg#([\w-]+)", page(each))}
    marks = environment().get_template("components/marks.html").module
    named = set(marks.shapes.values()) | set(marks.arrows.values())  # type: ignore[attr-defined]  # a name of the template's module
    assert drawn | named <= sprite
    assert len(drawn) > 15


@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_the_content_policy(name: str) -> None:
    html = page(name)
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html)
    scripts = re.findall(r"<script[^>]*>", html)
    assert scripts
    assert all('type="module" nonce="gallery-nonce" src="/static/' in script for script in scripts)


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_references_resolve(name: str) -> None:
    html = page(name)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    for attribute in ("for", "aria-labelledby", "aria-describedby", "popovertarget", "data-dialog", "data-filter"):
        for value in re.findall(rf'\b{attribute}="([^"]+)"', html):
            assert set(value.split()) <= set(ids), attribute


@pytest.mark.parametrize("name", PAGES)
def test_the_heading_begins_the_title(name: str) -> None:
    html = page(name)
    heading = re.findall(r"<h1>(.*?)</h1>", html)
    assert len(heading) == 1
    assert f"<title>{heading[0]} · Plumbline</title>" in html


def test_a_wrong_form_keeps_what_was_typed() -> None:
    html = page("form")
    assert 'value="Senior &lt;ML&gt; PM"' in html
    assert re.search(r'name="openings" type="text" value="two"[^>]* aria-invalid="true"', html)
    assert 'value="2026-03-20T15:30"' in html
    assert re.search(r'value="b" selected>Group PM', html)
    assert re.search(r'value="y" selected>Risk panel', html)
    assert re.search(r'name="must_have" type="checkbox" value="metrics" checked', html)
    assert re.search(r'name="rule" type="radio" value="own" checked', html)


def test_a_password_is_never_written_back() -> None:
    assert "secret" not in page("form")


def test_the_summary_leads_to_each_wrong_field() -> None:
    html = draw(FORMS + "{{ forms.error_summary(form) }}", form=gallery_facts.wrong_form())
    assert re.findall(r'<a href="#(\w+)">([^<]+)</a>', html) == [
        ("email", "Hiring manager&#39;s e-mail: Enter the hiring manager&#39;s e-mail."),
        ("openings", "Openings: Openings must be a whole number."),
        ("start", "Wanted from: This field is required."),
        ("agreed", "The committee agreed to this blueprint: Confirm that it agreed."),
    ]


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw(FORMS + "{{ forms.error_summary(form) }}", form=gallery_facts.RequisitionForm()).strip() == ""


class _Goal(Form):
    text = StringField("Goal", [DataRequired()])


class _Nested(Form):
    goals = FieldList(FormField(_Goal), min_entries=2)
    names = FieldList(StringField("Name", [DataRequired()]), min_entries=1)


def test_the_summary_reaches_into_nested_fields_and_form_errors() -> None:
    form = _Nested()
    form.validate()
    form.form_errors = ["Nothing was filled in."]
    html = draw(FORMS + "{{ forms.error_summary(form) }}", form=form)
    assert "<li>Nothing was filled in.</li>" in html
    assert re.findall(r'href="#([\w-]+)"', html) == ["goals-0-text", "goals-1-text", "names-0"]


@pytest.mark.parametrize(
    ("name", "initials"), [("Priya Nair", "PN"), ("Ana María de la Cruz", "AC"), ("Madonna", "M"), ("", "")]
)
def test_avatars_show_initials(name: str, initials: str) -> None:
    html = draw('{% import "components/marks.html" as marks %}{{ marks.avatar(name) }}', name=name)
    assert f">{initials}</span>" in html


@pytest.mark.parametrize(
    ("done", "minutes", "words"),
    [
        (2, 6, "2 of 5 rated, about 6 minutes left"),
        (4, 1, "4 of 5 rated, about 1 minute left"),
        (5, 6, "5 of 5 rated<"),
    ],
)
def test_progress_says_how_much_is_left(done: int, minutes: int, words: str) -> None:
    source = '{% import "components/marks.html" as marks %}{{ marks.progress(done, 5, "rated", minutes) }}'
    assert words in draw(source, done=done, minutes=minutes)


def test_a_rating_row_marks_the_edges_and_the_bar_of_any_scale() -> None:
    source = """{% import "components/rating.html" as rating %}
      {{ rating.row("x", "Title", points, value="none", meets=2) }}"""
    html = draw(source, points=gallery_facts.POINTS[:3])
    assert "points--4" in html
    assert [match.split() for match in re.findall(r'<div class="(point [^"]*)"', html)] == [
        ["point", "point--edge"],
        ["point", "point--meets"],
        ["point", "point--edge"],
        ["point", "point--none"],
    ]
    assert re.search(r'value="none" checked', html)


def test_a_rating_row_is_folded_only_when_it_is_neither_focus_nor_begun() -> None:
    source = """{% import "components/rating.html" as rating %}
      {{ rating.row("x", "Title", points, value=value, note=note, focus=focus) }}"""

    def opened(value: object, note: str, *, focus: bool) -> bool:
        html = draw(source, points=gallery_facts.POINTS, value=value, note=note, focus=focus)
        return bool(re.search(r"<details[^>]* open ", html))

    assert not opened("", "", focus=False)
    assert opened("", "", focus=True)
    assert opened(3, "", focus=False)
    assert opened("", "half a thought", focus=False)


def test_sorted_columns_say_so() -> None:
    source = """{% import "components/table.html" as tables %}
      {% call tables.table("People", [name, "State"]) %}{% endcall %}"""
    html = draw(source, name={"label": "Name", "url": "?s=name", "sort": "descending"})
    assert re.search(r'<th scope="col"\s+aria-sort="descending">', html)
    assert '<th scope="col">State</th>' in html


def test_hostile_text_stays_text_in_every_component() -> None:
    hostile = '"><script>alert(1)</script>'
    source = """
      {% import "components/page.html" as page %}{% import "components/marks.html" as marks %}
      {% import "components/grid.html" as grid %}{% import "components/buttons.html" as buttons %}
      {{ page.breadcrumbs([(t, t), (t, "")]) }}{{ page.notice("good", t, t, t) }}{{ page.phase_banner("open", t, t) }}
      {{ page.tabs([(t, t, true)], t) }}{{ page.steps([(t, "now")], t) }}{{ page.empty_state(t, t) }}
      {{ page.card(t, t, t) }}{{ page.facts([(t, t)]) }}{{ page.duty(t, t, t) }}{{ page.pagination(t, t) }}
      {{ marks.status("done", t) }}{{ marks.person(t, t) }}{{ marks.file_link(t, t, t) }}{{ marks.icon("check", t) }}
      {{ grid.rating("i", t, note=t, who=t, detail=t) }}{{ grid.column(t, t, t) }}{{ grid.row_head(t, t) }}
      {{ buttons.confirm("c", t, t, t, t, t, t) }}{{ buttons.submit(t, name=t, value=t, busy=t) }}
    """
    html = draw(source, t=hostile)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 40
    assert Markup("<b>x</b>") in draw("{{ t }}", t=Markup("<b>x</b>"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503, 418])
def test_each_error_has_plain_words_and_a_way_on(status: int) -> None:
    html = (
        environment().get_template("errors/error.html").render(status=status, reference="ab-12", detail="Weigh less.")
    )
    heading = re.search(r"<h1>(.+?)</h1>", html)
    assert heading
    assert str(status) not in heading[1]
    assert '<p class="lede">Weigh less.</p>' in html
    assert re.search(rf"Answer {status} · reference\s+<code>ab-12</code>", html)
    assert 'class="button button--primary" href="/"' in html
