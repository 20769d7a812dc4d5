"""`stats fit`: the strictness of an installation's interviewers is worked out once for the same cards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import jobs, main
from app.models.engine import make_engine, reading, writing
from app.queries import strictness
from app.settings import Settings
from tests.factories import mailbox
from tests.factories.history import make_past

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine

    from tests.databases import Database


def _fit(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["stats", "fit"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_demo_is_fitted_once(
    told: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plumbline.db"
    shutil.copyfile(Path(str(told.url.database)), file)
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", f"sqlite:///{file}")
    engine = make_engine(f"sqlite:///{file}")
    with reading(engine) as session:
        (version_id,) = strictness.with_history(session)
        before = strictness.newest(session, version_id)

    first, again = _fit(capsys), _fit(capsys)

    with reading(engine) as session:
        found = strictness.newest(session, version_id)
    engine.dispose()
    assert found is not None
    assert found.n_cards > 20
    kept = [one["n_cards"] for one in first["versions"]]
    assert kept == [found.n_cards]
    # The demo keeps a fit of its own cards; whoever fits them again adds nothing.
    fitted = first["versions"][0]["fit"]
    assert fitted == (None if before else str(found.fit_id))
    assert [one["fit"] for one in again["versions"]] == [None]


def test_the_worker_fits_too(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(database.engine) as session:
        past = make_past(session)
    with mailbox.receiving() as (_box, url):
        for name, value in {
            "ENV": "demo",
            "INSTANCE": str(tmp_path),
            "DATABASE_URL": database.url,
            "SMTP_URL": url,
            "MAIL_FROM": "plumbline@example.org",
        }.items():
            monkeypatch.setenv(f"PLUMBLINE_{name}", value)
        assert main(["worker", "--once"]) == 0
        with reading(database.engine) as session:
            first = strictness.newest(session, past.version_id)
        assert main(["worker", "--once"]) == 0

    assert first is not None
    assert (first.n_cards, first.n_openings) == (36, 1)
    strict, _middling, generous = (first.effects[person.id].effect for person in past.interviewers)
    assert strict < 0 < generous
    with reading(database.engine) as session:
        again = strictness.newest(session, past.version_id)
    assert again is not None
    assert again.fit_id == first.fit_id


def test_a_database_that_is_away_is_fitted_by_a_later_round(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(instance=tmp_path, database_url=database.url, secret_key="")
    job = next(job for job in jobs.JOBS if job.name == "strictness")
    away = make_engine(f"sqlite:///{tmp_path / 'nowhere' / 'plumbline.db'}")
    assert jobs.do(away, settings, job) is False
    away.dispose()
    assert "strictness: the database is not there" in capsys.readouterr().err

    with writing(database.engine) as session:
        past = make_past(session)
    assert jobs.do(database.engine, settings, job) is True
    with reading(database.engine) as session:
        assert strictness.newest(session, past.version_id) is not None
