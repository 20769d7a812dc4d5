"""Decisions on promotion cases that are corrected: signatures of one record, placements that replace another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_PARTY = sa.Enum(
    "person", "manager", "chair", name="case_party", native_enum=False, create_constraint=True, length=32
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("peer_feedback") as batch:
        batch.add_column(sa.Column("decline_words", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("peer_feedback") as batch:
        batch.alter_column("decline_words", server_default=None)
    # Rows of these two are never changed, which the database itself sees to, so each is built anew around its rows.
    op.execute("CREATE TABLE kept_case_signature AS SELECT * FROM case_signature")
    op.drop_table("case_signature")
    _make_signature("decision_id", "case_decision")
    op.execute(
        "INSERT INTO case_signature (decision_id, party, person_id, signed_at) "
        "SELECT d.id, k.party, k.person_id, k.signed_at FROM kept_case_signature k "
        "JOIN case_decision d ON d.case_id = k.case_id WHERE d.number = 1"
    )
    _let_go("case_signature")
    op.execute("CREATE TABLE kept_placement AS SELECT * FROM placement")
    op.drop_table("placement")
    _make_placement(replaces=True)
    op.create_index(op.f("ix_placement_case_id"), "placement", ["case_id"], unique=False)
    op.execute(
        "INSERT INTO placement (id, person_id, role, level, since, reason, case_id, recorded_at, recorded_by_id) "
        "SELECT id, person_id, role, level, since, reason, case_id, recorded_at, recorded_by_id FROM kept_placement"
    )
    _let_go("placement")


def downgrade() -> None:
    """Go back. Of corrected records the newest signatures stay; placements that another replaced go."""
    op.execute("CREATE TABLE kept_placement AS SELECT * FROM placement")
    op.drop_table("placement")
    _make_placement(replaces=False)
    op.execute(
        "INSERT INTO placement (id, person_id, role, level, since, reason, case_id, recorded_at, recorded_by_id) "
        "SELECT id, person_id, role, level, since, reason, case_id, recorded_at, recorded_by_id "
        "FROM kept_placement k WHERE NOT EXISTS "
        "(SELECT 1 FROM kept_placement later WHERE later.replaces_id = k.id)"
    )
    _let_go("placement")
    op.execute("CREATE TABLE kept_case_signature AS SELECT * FROM case_signature")
    op.drop_table("case_signature")
    _make_signature("case_id", "promotion_case")
    op.execute(
        "INSERT INTO case_signature (case_id, party, person_id, signed_at) "
        "SELECT d.case_id, k.party, k.person_id, k.signed_at FROM kept_case_signature k "
        "JOIN case_decision d ON d.id = k.decision_id WHERE NOT EXISTS ("
        "SELECT 1 FROM kept_case_signature n JOIN case_decision e ON e.id = n.decision_id "
        "WHERE e.case_id = d.case_id AND n.party = k.party AND e.number > d.number)"
    )
    _let_go("case_signature")
    with op.batch_alter_table("peer_feedback") as batch:
        batch.drop_column("decline_words")


def _let_go(table: str) -> None:
    op.drop_table(f"kept_{table}")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("update", "delete"):
        body = f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
        how = body if sqlite else "FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
        op.execute(f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table} {how}")
    if not sqlite:
        how = "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        op.execute(f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} {how}")


def _make_signature(column: str, table: str) -> None:
    op.create_table(
        "case_signature",
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            [column], [f"{table}.id"], name=op.f(f"fk_case_signature_{column}_{table}"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_signature_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(column, "party", name=op.f("pk_case_signature")),
    )


def _make_placement(*, replaces: bool) -> None:
    extra: list[sa.schema.SchemaItem] = [sa.UniqueConstraint("case_id", name=op.f("uq_placement_case_id"))]
    if replaces:
        extra = [
            sa.Column("replaces_id", sa.Uuid(), nullable=True),
            sa.ForeignKeyConstraint(
                ["replaces_id"],
                ["placement.id"],
                name=op.f("fk_placement_replaces_id_placement"),
                ondelete="RESTRICT",
            ),
            sa.UniqueConstraint("replaces_id", name=op.f("uq_placement_replaces_id")),
        ]
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["promotion_case.id"], name=op.f("fk_placement_case_id_promotion_case"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_placement_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_placement_recorded_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        *extra,
    )
    op.create_index("ix_placement_person_since", "placement", ["person_id", "since"], unique=False)
