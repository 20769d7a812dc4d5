from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import resume
from app.domain.errors import InvalidError
from app.formats import json_resume

WHOLE: dict[str, Any] = {
    "$schema": "https://example.org/schema.json",
    "basics": {
        "name": "Wilhelmina Ortega", "label": "Analyst", "image": "data:image/png;base64,AAAA",
        "email": "w@example.org", "phone": "+44 20 7946 0000", "url": "https://example.org",
        "location": {"city": "Leeds", "postalCode": "LS1", "countryCode": "GB"},
        "profiles": [{"network": "Code", "username": "wo", "url": "https://code.example.org/wo"}],
    },
    "work": [
        {"name": "Acme", "position": "Lead", "startDate": "2019-03", "endDate": "2021-06-30", "highlights": ["Grew it"]}
    ],
    "education": [{"institution": "Leeds School", "area": "Physics", "studyType": "BSc", "endDate": "2012"}],
    "skills": [{"name": "SQL", "level": "Good", "keywords": ["joins", "windows"]}],
    "references": [{"name": "Old Boss", "reference": "She was great."}],
    "hobbies": ["none of these"],
    "meta": {"version": "v1.0.0"},
}  # fmt: skip


def test_a_whole_resume_is_read_without_its_picture_and_unknown_keys() -> None:
    found = json_resume.read(json.dumps(WHOLE).encode())
    assert found.left == ["basics.image", "hobbies"]
    assert "image" not in found.body["basics"]
    assert found.body["work"] == WHOLE["work"]
    assert [part.title for part in resume.sections(found.body)] == ["Work", "Education", "Skills", "References"]
    text = resume.as_text(found.body)
    for said in ("Wilhelmina Ortega", "Lead, Acme (2019-03 – 2021-06-30)", "- Grew it", "joins, windows"):  # noqa: RUF001  a dash between days
        assert said in text


def test_for_the_blinded_days_become_lengths_and_schools_and_people_go() -> None:
    text = resume.unnamed_text(json_resume.read(json.dumps(WHOLE).encode()).body)
    assert "Lead, Acme (2 years 3 months)" in text
    assert "BSc, Physics" in text
    for gone in ("Wilhelmina", "Leeds", "2012", "2019", "Old Boss", "example.org"):
        assert gone not in text


FAULTS: dict[str, tuple[object, str]] = {
    "a list": ([], "one object"),
    "nothing in it": ({"hobbies": []}, "holds nothing of a résumé"),
    "work as text": ({"work": "Acme"}, "work: this has to be a list."),
    "a job as text": ({"work": ["Acme"]}, "work[0]: this has to be an object in braces."),
    "a number": ({"work": [{"name": 5}]}, "work[0].name: this has to be a text"),
    "a fraction": ({"work": [{"name": 1.5e999}]}, "work[0].name: this has to be a text"),
    "no month": ({"work": [{}, {"startDate": "2019-13"}]}, "work[1].startDate: write a day as"),
    "no day": ({"awards": [{"date": "2019-02-30"}]}, "awards[0].date: write a day as"),
    "other digits": ({"awards": [{"date": "٢٠١٩"}]}, "awards[0].date: write a day as"),
    "a script": ({"basics": {"url": "javascript:alert(1)"}}, "basics.url: write a whole address"),
    "no address": ({"basics": {"email": "at home"}}, "basics.email: this is not an e-mail address."),
    "too long": ({"basics": {"summary": "x" * 5001}}, "basics.summary: shorten this"),
    "a control": ({"skills": [{"keywords": ["a\u202eb"]}]}, "skills[0].keywords[0]: this holds characters"),
    "too many": ({"skills": [{"name": "a"}] * 101}, "skills: this has 101 entries"),
    "a place": ({"basics": {"location": "Leeds"}}, "basics.location: this has to be an object"),
    "words": ({"skills": [{"keywords": "a, b"}]}, "skills[0].keywords: this has to be a list of texts."),
}


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_is_told_by_its_place(case: str) -> None:
    body, said = FAULTS[case]
    with pytest.raises(InvalidError) as refused:
        json_resume.read(json.dumps(body).encode())
    assert any(part in str(refused.value) for part in said.split("|"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "Line 1, column 2"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"work": [{"name": NaN}]}', "work[0].name: this has to be a text"),
        (b" " * 200_001, "at most 200 kB"),
    ],
)
def test_what_is_no_json_is_told(data: bytes, said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        json_resume.read(data)
    assert any(part in str(refused.value) for part in said.split("|"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["basics", "work", "name", "startDate", "skills", "keywords", "x"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_is_read_or_refused_in_words(value: object) -> None:
    with suppress(InvalidError):
        found = json_resume.read(json.dumps(value).encode())
        assert found.body
        assert isinstance(resume.as_text(found.body), str)
        assert isinstance(resume.unnamed_text(found.body), str)


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [("2019", "2020", "1 year"), ("2019-01-31", "2019-03", "2 months"), ("2020", "2019", ""), ("2019", "", "")],
)
def test_how_long_it_was(begin: str, end: str, said: str) -> None:
    job = {"position": "Lead", **({"startDate": begin} if begin else {}), **({"endDate": end} if end else {})}
    assert resume.unnamed_text({"work": [job]}) == "WORK\nLead" + (f" ({said})" if said else "")
