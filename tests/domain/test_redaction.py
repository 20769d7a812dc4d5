from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import require
from app.domain.blind import code_of
from app.domain.errors import NotAllowedError
from app.domain.permission import ActorFacts, Permission, Role, allow
from app.domain.redaction import Known, find, proposed, without
from tests.domain.test_permission import PERSONAS, facts_of

ZOE = Known("Zoë Ortega-Nuñez", ("Leeds Grammar",), ("Armley",))
TOLD = {
    "Zoë led it": "[name] led it",
    "ZOE ORTEGA": "[name] [name]",
    "zoe ortega-nunez": "[name]",
    "Ortega's plan": "[name] plan",
    "Write to z.ortega@mail.example.org.": "Write to [e-mail].",
    "Call +44 20 7946 0958 today": "Call [phone] today",
    "Call (415) 555-0100-22 today": "Call [phone] today",
    "See https://example.org/zoe?x=1 there": "See [link] there",
    "linkedin.com/in/zoe": "[link]",
    "12 Baker Street, London NW1 6XE": "[address]",
    "14 Canal Row, Leeds LS1 4AB": "[address]",
    "Flat 2, The Old Mill, Leeds LS1 4AB": "[address]",
    "I live in Hove, BN3 2AB.": "[address].",
    "7 Elm Grove": "[address]",
    "Prinsengracht 263, 1016 GV Amsterdam": "[address]",
    "Kirkegata 4, 0153 Oslo": "[address]",
    "55 Elm Heights, Springfield, IL 62704": "[address]",
    "Hauptstraße 12, 10115 Berlin": "[address]",
    "Address: Flat 3, Armley": "[address]",
    "in Armley since": "in [address] since",
    "BSc, University of Edinburgh, 2012": "BSc, [school], 2012",
    "PhD at MIT": "PhD at [school]",
    "Technische Universität München": "[school]",
    "at Leeds Grammar until": "at [school] until",
    "Date of birth: 3 May 1990": "[date of birth]",
    "34 years old": "[date of birth]",
    "Zoe (she/her)": "[name] ",
    "She owned her roadmap and made it hers": "They owned their roadmap and made it theirs",
    "He taught himself": "They taught themself",
    "Ms Smith": " Smith",
}
KEPT = (
    "Led the launch in 2015 - 2019 and 01/2019 - 05/2020",
    "Sales of 12 000 000 EUR, 1,500 users, version 3.11.7",
    "Analyst, 2019 ML Labs",
    "Moved 12000 crates, 1016 of them by hand, 2020 AI Week",
    "Cut the yearly cost, 4000 EUR of it for paper",
    "Won 14 Gold Medals, 3 Row Houses built",
    "The other team, there, where and heritage",
    "A theory of zones: schools of fish and colleges of bees",
)


@pytest.mark.parametrize("text", TOLD)
def test_what_tells_of_the_writer_is_proposed_to_go(text: str) -> None:
    assert proposed(text, ZOE) == TOLD[text]


@pytest.mark.parametrize("text", KEPT)
def test_what_says_nothing_of_the_writer_stays(text: str) -> None:
    assert proposed(text, ZOE) == text


@pytest.mark.parametrize("name", ["May Will", "Grace"])
def test_a_name_that_is_a_word_goes_only_where_it_is_written_as_a_name(name: str) -> None:
    text = "I will show that grace may come"
    assert proposed(text, Known(name)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_findings_lie_in_order_apart_and_inside(text: str) -> None:
    found = find(text, ZOE)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    kept = "".join(one.instead for one in found)
    assert len(without(text, found)) == len(text) - sum(one.end - one.start for one in found) + len(kept)


@pytest.mark.parametrize("piece", ["A ", "1-", "a@", "Aa-", "x.com/", "born ", "12 Aa ", "a.b@c.", "St. ", "(1 "])
def test_long_texts_of_one_kind_are_looked_through(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    assert isinstance(proposed(text, ZOE), str)


def test_the_code_says_nothing_but_who_is_who() -> None:
    assert code_of(UUID("3fa9c1d2-0000-4000-8000-000000000000")) == "Candidate 3FA9C"


@pytest.mark.parametrize(
    "permission",
    [Permission.CANDIDATE_EDIT, Permission.FILE_DOWNLOAD, Permission.CASE_WORK_KEEP],
)
def test_what_names_the_candidate_is_refused_to_the_blinded_whatever_they_are(permission: Permission) -> None:
    seeing = facts_of(PERSONAS["owing"], "open")
    actor = ActorFacts(UUID(int=1), "me@example.org", frozenset(Role))
    blinded = replace(seeing, blinded=True)
    assert allow(actor, permission, seeing).granted
    assert allow(actor, permission, blinded).reason == "is_blinded"
    with pytest.raises(NotAllowedError, match="reviewed blind"):
        require(actor, permission, blinded)
    for still in (Permission.CANDIDATE_SEE, Permission.KIT_SEE, Permission.CARD_WRITE, Permission.CARD_SEAL):
        assert allow(actor, still, blinded).granted
