"""The triggers that keep the ledger and the events as they were written."""

TABLES = ("orders_stockentry", "orders_orderevent", "orders_look")
REFUSAL = "%s is append-only"


def create_sql(table: str, vendor: str) -> list[str]:
    """The statements that make a table refuse UPDATE and DELETE."""
    if vendor == "sqlite":
        return [_sqlite_trigger(table, verb) for verb in ("UPDATE", "DELETE")]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL % table}' USING ERRCODE = 'check_violation'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


def drop_sql(table: str, vendor: str) -> list[str]:
    """The statements that undo `create_sql`."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_refuse()",
    ]


def _sqlite_trigger(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL % table}'); END"
    )
