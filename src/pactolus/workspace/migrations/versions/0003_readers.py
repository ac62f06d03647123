"""Sessions of a server; on PostgreSQL, rows that only their own member reads (docs/decisions/0016)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: Whether this transaction acts for every member of a label.
_COVERS = """
CREATE FUNCTION pactolus_covers(label text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT label = 'open' OR NOT EXISTS (
    SELECT 1 FROM unnest(string_to_array(label, '+')) AS part
    WHERE split_part(part, ':', 1) <> ALL (
      string_to_array(coalesce(current_setting('pactolus.member', true), ''), '+')))
$$"""
#: Whether a version was released to who acts: the release names it, and every member of its label approved.
_RELEASED = """
CREATE FUNCTION pactolus_released(kind_ text, id_ text, version_ integer, label_ text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM records r, CAST(r.body AS jsonb) AS said
    WHERE r.kind = 'release' AND r.version = 1
      AND said #>> '{{subject,kind}}' = kind_
      AND said #>> '{{subject,id}}' = id_
      AND said #>> '{{subject,version}}' = version_::text
      AND (said -> 'to' ? 'open' OR said -> 'to' ?| string_to_array(
            coalesce(current_setting('pactolus.member', true), ''), '+'))
      AND NOT EXISTS (
        SELECT 1 FROM unnest(string_to_array(label_, '+')) AS part
        WHERE NOT EXISTS (
          SELECT 1 FROM records a
          WHERE a.kind = 'approval' AND a.version = 1
            AND a.id = r.id || '/' || split_part(part, ':', 1)
            AND CAST(a.body AS jsonb) ->> 'decision' = 'approve')));
END $$"""
#: The last row of the chain; who asks holds the lock until the end of the transaction.
_END = """
CREATE FUNCTION pactolus_chain_end() RETURNS TABLE (seq integer, hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  LOCK TABLE audit IN EXCLUSIVE MODE;
  RETURN QUERY SELECT a.seq, a.hash::text FROM audit a ORDER BY a.seq DESC LIMIT 1;
END $$"""
_READER = "nullif(current_setting('pactolus.reader', true), '')"
_ROLES = "string_to_array(coalesce(current_setting('pactolus.roles', true), ''), ',')"
_POLICIES = (
    f"""CREATE POLICY reads ON records FOR SELECT USING ({_READER} IS NOT NULL AND (
        pactolus_covers(label) OR pactolus_released(kind, id, version, label)))""",
    f"""CREATE POLICY writes ON records FOR INSERT WITH CHECK (
        author = {_READER} AND pactolus_covers(label)
        AND (kind NOT IN ('release', 'approval') OR version = 1)
        AND (kind <> 'approval' OR (label = 'open'
             AND split_part(id, '/', 2) = nullif(current_setting('pactolus.member', true), ''))))""",
    """CREATE POLICY follows ON heads USING (EXISTS (SELECT 1 FROM records r
        WHERE r.kind = heads.kind AND r.id = heads.id AND r.version = heads.version))""",
    f"CREATE POLICY notes ON audit FOR INSERT WITH CHECK (actor = {_READER})",
    f"CREATE POLICY reads ON audit FOR SELECT USING ({_READER} IS NOT NULL AND 'admin' = ANY ({_ROLES}))",
)
_TABLES = ("records", "heads", "audit")


def upgrade() -> None:
    """Two tables; the rest only where the database knows row-level security. No row is touched."""
    op.create_table(
        "sessions",
        sa.Column("name_hash", sa.String(64), primary_key=True),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("shown", sa.String(200), nullable=False),
        sa.Column("member", sa.String(40), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_table(
        "logins",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("onward", sa.String(2000), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _secure()


def _secure() -> None:
    schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    op.execute(_COVERS)
    for function in (_RELEASED, _END):
        op.execute(function.format(schema=schema))
    op.execute("REVOKE ALL ON FUNCTION pactolus_chain_end() FROM PUBLIC")
    for table in _TABLES:
        op.execute(f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for policy in _POLICIES:
        op.execute(policy)


def downgrade() -> None:
    """Take it away; records and audit stay, sessions end."""
    if op.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            op.execute(f"DROP POLICY owner ON {table}")
        for name, table in (("reads", "records"), ("writes", "records"), ("follows", "heads")):
            op.execute(f"DROP POLICY {name} ON {table}")
        for name in ("notes", "reads"):
            op.execute(f"DROP POLICY {name} ON audit")
        op.execute("DROP FUNCTION pactolus_chain_end()")
        op.execute("DROP FUNCTION pactolus_released(text, text, integer, text)")
        op.execute("DROP FUNCTION pactolus_covers(text)")
    op.drop_table("logins")
    op.drop_table("sessions")
