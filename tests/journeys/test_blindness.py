"""Until a viewer has sealed, nothing that the program sends depends on the others: proven in pairs of worlds.

Every pair compares every page that tells of candidates, with the ids of what is hidden or the viewer's own. The same
pages with other ids, pages of other jobs, and the ways to order, filter and search a list, are many: each pair takes a
quarter of these in turn, so on SQLite each is compared in fifty pairs. Of the leaks that are planted below, the rarest
tells one pair in three apart, and fifty pairs in a row miss such a leak less than once in a hundred million times.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from app.models.engine import writing
from app.services import installation
from app.settings import Environment, Settings
from tests import databases, programs
from tests.factories.hiring import DIMENSIONS
from tests.journeys import two_worlds as worlds
from tests.journeys.stopped import stop_the_clock
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Engine

CHUNKS, A_CHUNK = 10, 20
POSTGRESQL_CHUNKS, A_POSTGRESQL_CHUNK = 2, 10
EACH_IN = 4
# Jobs whose pages tell of candidates. What the others could leak stands in the top bar, which these carry too.
TELLING = frozenset({"home", "hiring", "panel", "scheduling", "interviewing", "committee", "admin", "insights"})
SORTS = ("name", "composite", "coverage", "spread", *DIMENSIONS)
SEARCHED = (*worlds.CANARIES, "Hidden", "Other", "strong", "5")
NOWHERE = UUID(int=7)
# What addresses name by a word: the state that a requisition moves to, a part of a blueprint, a table of insights.
WORDS: dict[str, tuple[str, ...]] = {
    "to": ("open", "deciding", "closed"),
    "part": ("scorecard", "competencies"),
    "table": ("levels", "stays", "moves", "agreement"),
    "work": ("load", "coverage"),
    "kind": ("candidate", "person"),
}


class Pairs:
    """Makes pairs of worlds on one kind of database, and one program that looks into either."""

    def __init__(self, session_folder: Path, folder: Path, *, postgresql: bool) -> None:
        self._session_folder, self._folder, self._postgresql = session_folder, folder, postgresql
        settings = Settings(
            env=Environment.DEMO, instance=folder, database_url=f"sqlite:///{folder / 'unused.db'}", secret_key=SECRET
        )
        self.program = programs.built(settings)
        self.program.before_request_funcs.setdefault(None, []).insert(0, stop_the_clock)

    def make(self, seed: int, stack: ExitStack) -> tuple[worlds.Base, list[Engine], list[Browser]]:
        """Two databases that were one until the others began to act."""
        folder = self._folder / str(seed)
        folder.mkdir()
        if self._postgresql:
            first = stack.enter_context(databases.postgresql_database(self._session_folder))
        else:
            first = stack.enter_context(databases.sqlite_database(self._session_folder, folder))
        with writing(first.engine) as session:
            installation.ensure(session, company="Harrow & Vale")
            base = worlds.make_base(session, Random(seed))
        viewer = self._browser(first.engine)
        viewer.sign_in(base.viewer, at=worlds.NOON)
        # A process reads each blueprint once; read now, it does not count as a statement in one of the worlds only.
        for version in base.ids["version_id"]:
            viewer.get(f"/blueprints/{version}")
        second = stack.enter_context(databases.copied(first, self._session_folder, folder))
        other = self._browser(second.engine)
        cookie = viewer.client.get_cookie("plumbline")
        assert cookie is not None
        other.client.set_cookie("plumbline", cookie.value, path="/")
        return base, [first.engine, second.engine], [viewer, other]

    def receive(self, browser: Browser, engine: Engine, base: worlds.Base, turn: int) -> dict[str, worlds.Received]:
        """Every page that tells of candidates once, and the other addresses whose turn it is."""
        self.program.extensions["plumbline.engine"] = engine
        pages = _addresses(self.program, base)
        telling = [addresses[0] for job, addresses in pages if job in TELLING]
        others = [address for job, addresses in pages for address in addresses[job in TELLING :]]
        wanted = telling + [*others, *_ways(self.program, base)][turn % EACH_IN :: EACH_IN]
        return worlds.received(browser, engine, wanted, own_card=base.card)

    def print_all(self, browser: Browser, engine: Engine, base: worlds.Base) -> dict[str, worlds.Received]:
        """Every document as a PDF."""
        self.program.extensions["plumbline.engine"] = engine
        pages = [address for _, addresses in _addresses(self.program, base) for address in addresses]
        papers = [address.removesuffix("?as=page") for address in pages if address.endswith("?as=page")]
        return worlds.received(browser, engine, papers)

    def look(self, browser: Browser, engine: Engine, base: worlds.Base) -> dict[str, worlds.Received]:
        """The debrief of the hidden candidate, which opens once the viewer has sealed."""
        self.program.extensions["plumbline.engine"] = engine
        return worlds.received(browser, engine, [f"/applications/{base.hidden_application}/debrief"])

    def _browser(self, engine: Engine) -> Browser:
        self.program.extensions["plumbline.engine"] = engine
        return Browser(self.program)


@pytest.fixture(scope="module")
def on_sqlite(session_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Pairs on SQLite."""
    return Pairs(session_folder, tmp_path_factory.mktemp("pairs"), postgresql=False)


@pytest.fixture(scope="module")
def on_postgresql(session_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Pairs on PostgreSQL."""
    return Pairs(session_folder, tmp_path_factory.mktemp("pairs"), postgresql=True)


@pytest.mark.attack("AC-08")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_two_hundred_worlds_look_the_same(on_sqlite: Pairs, chunk: int) -> None:
    _compare(on_sqlite, range(chunk * A_CHUNK, (chunk + 1) * A_CHUNK))


@pytest.mark.parametrize("chunk", range(POSTGRESQL_CHUNKS))
def test_twenty_worlds_look_the_same_on_postgresql(on_postgresql: Pairs, chunk: int) -> None:
    first = 1000 + chunk * A_POSTGRESQL_CHUNK
    _compare(on_postgresql, range(first, first + A_POSTGRESQL_CHUNK))


@pytest.mark.attack("PD-06")
def test_pdfs_are_the_same_bytes(on_sqlite: Pairs) -> None:
    printed = 0
    for seed in range(2000, 2006):
        with ExitStack() as stack:
            base, engines, browsers = on_sqlite.make(seed, stack)
            for number, engine in enumerate(engines):
                worlds.live_on(engine, base, Random(f"{seed}/{number}"))
            one, two = (on_sqlite.print_all(b, e, base) for b, e in zip(browsers, engines, strict=True))
            assert one == two, f"seed {seed}"
            printed += sum(answer.body.startswith(b"%PDF") for answer in one.values())
    # Some viewers may print a comparison or their other, sealed card.
    assert printed > 0


def _compare(pairs: Pairs, seeds: range) -> None:
    acts = opened = 0
    for seed in seeds:
        with ExitStack() as stack:
            base, engines, browsers = pairs.make(seed, stack)
            acts += sum(worlds.live_on(engine, base, Random(f"{seed}/{n}")) for n, engine in enumerate(engines))
            one, two = (pairs.receive(b, e, base, seed) for b, e in zip(browsers, engines, strict=True))
            assert not any(answer.status >= 500 for answer in one.values()), _broken(one)
            assert [key for key in one if one[key] != two[key]] == [], f"seed {seed}"
            for engine in engines:
                worlds.remind(engine)
            assert worlds.mail(engines[0], base) == worlds.mail(engines[1], base), f"seed {seed}"
            for engine in engines:
                worlds.seal_own(engine, base)
            after = [pairs.look(b, e, base) for b, e in zip(browsers, engines, strict=True)]
            opened += after[0] != after[1]
    # Were nothing hidden, nothing would open: the worlds have to differ once the viewer has sealed.
    assert acts > len(seeds) * 3
    assert opened > len(seeds) / 3


def _broken(answers: dict[str, worlds.Received]) -> list[str]:
    return [key for key, answer in answers.items() if answer.status >= 500]


def _addresses(program: Flask, base: worlds.Base) -> list[tuple[str, list[str]]]:
    """Every page, by its job, with every id that the viewer may know or guess; the most telling ids first."""
    found = []
    with program.test_request_context():
        for rule in program.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in {"static", "print_style"}:
                continue
            names = sorted(rule.arguments)
            choices = [WORDS.get(name) or base.ids.get(name, [NOWHERE]) for name in names]
            # Documents are compared as pages: setting every one as a PDF would take hours and print the same facts.
            form = "?as=page" if rule.rule.endswith(".pdf") else ""
            filled = (dict(zip(names, ids, strict=True)) for ids in product(*choices))
            job = rule.endpoint.partition(".")[0]
            found.append((job, [_address(program, rule.endpoint, values) + form for values in filled]))
    return found


def _ways(program: Flask, base: worlds.Base) -> list[str]:
    """Every way to order, filter, search and leaf through what is listed."""
    here, elsewhere = base.ids["requisition_id"]
    hidden, known = base.ids["candidate_id"]
    orders: list[dict[str, Any]] = [{"sort": sort, "order": order} for sort in SORTS for order in ("asc", "desc")]
    compared = [*orders, {"with": elsewhere}]
    searched: list[dict[str, Any]] = [{"q": word} for word in SEARCHED]
    listed: dict[str, list[dict[str, Any]]] = {
        "hiring.search": searched,
        "hiring.candidates": [*searched[:1], {"q": "Hidden"}, {"after": hidden}, {"after": known}],
        "hiring.candidates_csv": searched[:2],
        "hiring.requisitions": [{"state": "open"}, {"state": "deciding"}, {"q": "need"}, {"after": elsewhere}],
        "panel.plan": [{"requisition_id": here, "propose": "yes"}],
        "hiring.requisitions_csv": [{"state": "open"}, {"q": "need"}],
        "committee.decisions": [{"requisition": here}, {"before": NOWHERE}],
    }
    with program.test_request_context():
        found = [program.url_for(endpoint, **values) for endpoint, ways in listed.items() for values in ways]
        for version in base.ids["version_id"]:
            found += [program.url_for("blueprint.search", version_id=version, q=word) for word in SEARCHED]
        for requisition in (here, elsewhere):
            path = program.url_for("committee.comparison", requisition_id=requisition)
            found += [f"{path}?{urlencode(values)}" for values in compared]
            found += [f"{path}/certainty?adjusted=1", f"{path}/weights?w-{DIMENSIONS[0]}=1"]
        for application in base.ids["application_id"]:
            found.append(program.url_for("committee.debrief", application_id=application, order="scorecard"))
    return found


def _address(program: Flask, endpoint: str, values: dict[str, Any]) -> str:
    return program.url_for(endpoint, **values)


def _leaks(program: Flask) -> Iterator[str]:
    """Addresses that leak on purpose, so that the comparison is known to see a leak."""
    from sqlalchemy import func, select

    from app.models.scorecard import RatingRow, Revision, ScorecardRow
    from app.web.database import reading
    from app.web.guard import public

    sealed = select(ScorecardRow).where(ScorecardRow.state == "sealed")
    leaks = {
        "count": select(func.count()).select_from(sealed.subquery()),
        "mean": select(func.avg(RatingRow.value)),
        "highest": select(func.max(RatingRow.value)),
        "order": select(ScorecardRow.id).order_by(ScorecardRow.state, ScorecardRow.id),
        "latest": select(func.max(Revision.sealed_at)),
        "evidence": select(RatingRow.evidence).order_by(RatingRow.evidence),
        "search": select(func.count()).where(RatingRow.evidence.contains(worlds.CANARIES[0])),
        "who": select(Revision.scorecard_id).order_by(Revision.scorecard_id),
        "recommended": select(Revision.recommendation).order_by(Revision.recommendation),
        "owed": select(func.count()).where(ScorecardRow.state == "owed"),
    }
    for name, statement in leaks.items():

        @public("a leak made on purpose")
        def leak(statement: object = statement) -> str:
            with reading() as session:
                return str(session.execute(statement).all())  # type: ignore[call-overload]  # a statement of any columns

        program.add_url_rule(f"/leak/{name}", endpoint=f"leak.{name}", view_func=leak)
        yield f"/leak/{name}"


def test_planted_leaks_are_seen(session_folder: Path, tmp_path: Path) -> None:
    pairs = Pairs(session_folder, tmp_path, postgresql=False)
    leaks = list(_leaks(pairs.program))
    seen: set[str] = set()
    for seed in range(8):
        with ExitStack() as stack:
            base, engines, browsers = pairs.make(seed, stack)
            for n, engine in enumerate(engines):
                worlds.live_on(engine, base, Random(f"{seed}/{n}"))
            answers = []
            for browser, engine in zip(browsers, engines, strict=True):
                pairs.program.extensions["plumbline.engine"] = engine
                answers.append(worlds.received(browser, engine, leaks))
            seen |= {key.split(" ")[1] for key in answers[0] if answers[0][key] != answers[1][key]}

    assert seen == set(leaks)
