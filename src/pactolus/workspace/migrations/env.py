"""How Alembic runs our migrations: on the engine that `pactolus.workspace.migrate` hands over."""

from alembic import context

from pactolus.workspace.schema import metadata

engine = context.config.attributes["engine"]
with engine.connect().execution_options(pactolus_writes=True) as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
