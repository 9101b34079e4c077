"""The triggers anew: SQLite drops them with the table that is made over; looks get theirs."""

from django.db import migrations

from orders.append_only import create_sql, drop_sql

TABLES = ("orders_stockentry", "orders_orderevent", "orders_look")


def create(apps, schema_editor):
    for table in TABLES:
        for make in (drop_sql, create_sql):
            for statement in make(table, schema_editor.connection.vendor):
                schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in drop_sql("orders_look", schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_fulfilment")]
    operations = [migrations.RunPython(create, drop)]
