"""A statement that every page runs, whose SQL is made once instead of at each call.

Making the SQL of a wide statement ready costs several times what the database then takes for it: some hundred
constants are looked up and turned into the driver's types each time, though only who asks, and when, ever changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Dialect, Select
    from sqlalchemy.orm import Session

    _Turn = Callable[[Any], Any]


class PreparedNumber:
    """A select of one whole number; parameters that it is not given when it is run keep the value that they have."""

    def __init__(self, make: Callable[[], Select[int]]) -> None:
        """The statement is made at the first call: tables may not all be mapped yet when a module is read."""
        self._make = make
        self._made: dict[str, _Made] = {}

    def scalar(self, session: Session, values: Mapping[str, object]) -> int:
        """Run it; each call names the same parameters, and KeyError tells of one that the first had and this lacks."""
        connection = session.connection()
        dialect = connection.dialect
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _Made.of(self._make(), dialect, values)
        return cast("int", connection.exec_driver_sql(made.sql, made.filled(values)).scalar_one())


@dataclass(frozen=True, slots=True)
class _Made:
    """The SQL for one driver, its constants as that takes them, and how to turn each open parameter into the same."""

    sql: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]
    turns: Mapping[str, _Turn]

    @classmethod
    def of(cls, statement: Select[int], dialect: Dialect, values: Mapping[str, object]) -> _Made:
        compiled = statement.compile(dialect=dialect)
        expanded = compiled.construct_expanded_state(dict(values))
        turns: dict[str, _Turn] = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
            for name, bind in compiled.binds.items()
        }
        turns.update({name: cast("_Turn", turn) for name, turn in expanded.processors.items()})
        constants = {
            name: turns.get(name, _as_it_is)(value) for name, value in expanded.parameters.items() if name not in values
        }
        order = tuple(expanded.positiontup) if expanded.positiontup is not None else None
        return cls(expanded.statement, order, constants, {name: turns[name] for name in values if name in turns})

    def filled(self, values: Mapping[str, object]) -> tuple[Any, ...] | dict[str, Any]:
        every = {**self.constants, **{name: turn(values[name]) for name, turn in self.turns.items()}}
        return every if self.order is None else tuple([every[name] for name in self.order])


def _as_it_is(value: Any) -> Any:  # noqa: ANN401  whatever the driver takes
    return value
