"""The newest version of each record in a table of its own, so that a list reads no old versions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table and fill it from the records."""
    op.create_table(
        "heads",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("audit_record", "audit", ["kind", "id"])
    op.execute(
        "INSERT INTO heads (kind, id, version) "
        "SELECT r.kind, r.id, r.version FROM records r "
        "JOIN (SELECT kind, id, MAX(version) AS newest FROM records GROUP BY kind, id) n "
        "ON n.kind = r.kind AND n.id = r.id AND n.newest = r.version "
        "WHERE NOT r.removed"
    )


def downgrade() -> None:
    """Take it away; nothing is lost, it is built from the records."""
    op.drop_index("audit_record", "audit")
    op.drop_table("heads")
