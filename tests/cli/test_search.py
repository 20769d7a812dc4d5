"""The search index is made anew from a shell, and at the first start of a program that brings it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from app.cli import main
from app.models.engine import make_engine, reading, writing
from app.models.search import FULL_TEXT, SearchEntry, SearchKind
from tests.factories import hiring as make

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine


def _here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(folder))
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.delenv("PLUMBLINE_DATABASE_URL", raising=False)
    return f"sqlite:///{folder / 'plumbline.db'}"


def _entries(engine: Engine) -> dict[SearchKind, int]:
    with reading(engine) as session:
        counted = session.execute(select(SearchEntry.kind, func.count()).group_by(SearchEntry.kind))
        return {row.kind: row[1] for row in counted}


def test_rebuilding_says_how_much_can_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = _here(tmp_path, monkeypatch)
    assert main(["search", "rebuild"]) == 0
    engine = make_engine(url)
    with writing(engine) as session:
        make.make_candidate(session, "Mira Okafor")
        # What a database may look like whose index was spoilt by hand.
        session.execute(delete(SearchEntry))
        session.execute(FULL_TEXT.insert().values(rowid=7, words="spoilt"))
    capsys.readouterr()
    assert main(["search", "rebuild"]) == 0
    kept = _entries(engine)
    said = re.fullmatch(r"The search index holds (\d+) entries\.\n", capsys.readouterr().out)
    assert said
    assert int(said[1]) == sum(kept.values())
    assert kept[SearchKind.CANDIDATE] == 3
    assert kept[SearchKind.BLUEPRINT] > 1000, "the texts of the shipped roles"
    with reading(engine) as session:
        asked = select(func.count()).select_from(FULL_TEXT).where(FULL_TEXT.c.search_words.op("MATCH")("spoilt"))
        assert session.scalar(asked) == 0
    engine.dispose()
