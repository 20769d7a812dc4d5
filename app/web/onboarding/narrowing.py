"""What a list of first years is narrowed to, read from its address and written back into links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, url_for

from app.domain.onboarding.plan import Health, PlanState
from app.queries.plans import SORTS, PlanFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL = "all"
_LONGEST = 200
_PAGE = re.compile("[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The choices of an address: unknown values count as no choice, so that an old link still opens something."""

    state: str
    health: Health | None
    manager: UUID | None
    words: str
    mine: bool
    late: bool
    first: date | None
    last: date | None
    sort: str
    page: int = 1

    @property
    def filter(self) -> PlanFilter:
        """The same for the query."""
        states = frozenset(PlanState) if self.state == ALL else frozenset({PlanState(self.state)})
        return PlanFilter(
            states=states,
            healths=frozenset({self.health}) if self.health else frozenset(),
            manager_id=self.manager,
            words=self.words,
            mine=self.mine,
            late=self.late,
            first=self.first,
            last=self.last,
        )

    @property
    def chosen(self) -> bool:
        """Whether anything narrows the list besides its plans running."""
        return bool(self.given.keys() - {"sort", "page"})

    @property
    def given(self) -> dict[str, str]:
        """The parameters that differ from an address without any."""
        every: Mapping[str, str | None] = {
            "state": self.state if self.state != PlanState.ACTIVE else None,
            "health": self.health.value if self.health else None,
            "manager": str(self.manager) if self.manager else None,
            "q": self.words or None,
            "mine": "1" if self.mine else None,
            "late": "1" if self.late else None,
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
            "sort": self.sort if self.sort != "urgency" else None,
            "page": str(self.page) if self.page > 1 else None,
        }
        return {name: value for name, value in every.items() if value}

    def address(self, endpoint: str = "onboarding.plans", /, **changes: str | None) -> str:
        """The first page of the list with some choices changed, or another; ``None`` takes a choice away."""
        wanted = {**self.given, "page": None, **changes}
        return url_for(endpoint, **{name: value for name, value in wanted.items() if value})  # type: ignore[arg-type]  # the names of url_for's own options are not among ours

    def sorting(self, key: str, first: str) -> dict[str, str]:
        """A head of the table that sorts: its address and how the list is sorted by it now; ``first`` comes first."""
        descending = self.sort == f"-{key}"
        now = "descending" if descending else "ascending" if self.sort == key else "none"
        turned = f"-{key}" if self.sort == key else key
        return {"label": first, "url": self.address(sort=turned), "sort": now}


def asked() -> Narrowing:
    """The narrowing that this request's address asks for."""
    given = request.args
    state, sort = given.get("state", ""), given.get("sort", "")
    return Narrowing(
        state=state if state in {*map(str, PlanState), ALL} else PlanState.ACTIVE.value,
        health=given.get("health", type=Health),
        manager=given.get("manager", type=UUID),
        words=" ".join("".join(filter(_shown, given.get("q", ""))).split())[:_LONGEST],
        mine="mine" in given,
        late="late" in given,
        first=given.get("from", type=date.fromisoformat),
        last=given.get("to", type=date.fromisoformat),
        sort=sort if sort.removeprefix("-") in SORTS else "urgency",
        page=int(page) if _PAGE.fullmatch(page := given.get("page", "")) else 1,
    )


def _shown(character: str) -> bool:
    # What no name holds, a database may refuse even to look for.
    return character.isprintable() or character.isspace()
