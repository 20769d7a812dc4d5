"""What every form says to a value that its field cannot hold: what to write, in our own words."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, Length, Optional

from app.web.forms import Form, Part, choices, whole_number

_TWO = choices([("one", "One"), ("two", "Two")])
_OFFERED = "Choose from what is offered. What was sent is not, or no longer, part of it."
_DAY = "Write a day of the calendar as year, month and day, such as 2026-03-02."


class Row(Part):
    """A part that stands within a form."""

    day = DateField("Day", [Optional()])


class Everything(Form):
    """A field of each kind that the pages have."""

    one = SelectField("One", [Optional()], choices=_TWO)
    several = SelectMultipleField("Several", [Optional()], choices=_TWO)
    radio = RadioField("Radio", [Optional()], choices=_TWO)
    day = DateField("Day", [Optional()])
    starts = DateTimeLocalField("Starts", [Optional()])
    number = IntegerField("Number", [Optional()])
    short = StringField("Short", [Length(max=3)])
    needed = StringField("Needed", [DataRequired()])
    rows = FieldList(FormField(Row))


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        ("one", ["three"], _OFFERED),
        ("several", ["one", "three"], _OFFERED),
        ("several", ["three", "four"], _OFFERED),
        ("radio", ["three"], _OFFERED),
        ("day", ["soon"], _DAY),
        ("day", ["2026-02-30"], _DAY),
        ("starts", ["noon"], "Write the day and the time, such as 2026-03-02T14:30."),
        ("number", ["a few"], "Write a whole number in digits, such as 12."),
        ("short", ["four"], "Shorten this: at most 3 characters are kept."),
        ("needed", [""], "Fill this in."),
    ],
)
def test_a_refused_value_is_answered_with_what_to_write(field: str, sent: list[str], said: str) -> None:
    with Flask(__name__).test_request_context():
        values = MultiDict([(field, one) for one in sent])
        values.setdefault("needed", "this")
        form = Everything(values, meta={"csrf": False})

        assert not form.validate()
        assert form.errors == {field: [said]}


def test_a_part_of_a_form_speaks_as_the_form_does() -> None:
    with Flask(__name__).test_request_context():
        form = Everything(MultiDict({"needed": "this", "rows-0-day": "soon"}), meta={"csrf": False})

        assert not form.validate()
        assert form.errors == {"rows": [{"day": [_DAY]}]}


@pytest.mark.parametrize(
    ("sent", "read"),
    [("12", 12), ("", -1), (None, -1), ("-3", -1), ("1_0", -1), ("²", -1), ("٣", -1), ("9" * 5000, -1), ("3\n", -1)],
)
def test_a_hidden_number_is_plain_digits_or_nothing(sent: str | None, read: int) -> None:
    assert whole_number(sent) == read
