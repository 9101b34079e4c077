"""Ledger and events refuse UPDATE and DELETE, whoever asks: on both engines, by trigger."""

from django.db import migrations

from orders.append_only import create_sql, drop_sql

TABLES = ("orders_stockentry", "orders_orderevent")


def create(apps, schema_editor):
    for table in TABLES:
        for statement in create_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    for table in TABLES:
        for statement in drop_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
