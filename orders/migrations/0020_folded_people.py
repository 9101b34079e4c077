"""Who ordered and who receives, without accents: filled of those whose people are not erased."""

from django.db import migrations, models

from catalogue import languages
from catalogue.fields import SortKeyField


def fill(apps, schema_editor):
    orders = apps.get_model("orders", "Order").objects.filter(erased_at=None)
    _fold(orders, "person_key", "name", "organisation")
    for model in ("Consignee", "Consignment"):
        rows = apps.get_model("orders", model).objects.exclude(recipient="")
        _fold(rows, "recipient_key", "recipient")


def _fold(rows, column, *sources):
    longest = rows.model._meta.get_field(column).max_length
    for pk, *texts in rows.values_list("pk", *sources).iterator():
        key = languages.fold("\n".join(filter(None, texts)))[:longest]
        rows.model.objects.filter(pk=pk).update(**{column: key})


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_one_apostrophe"),
        ("orders", "0019_wrong_presses"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="person_key",
            field=SortKeyField(max_length=450, source="person"),
        ),
        migrations.AddField(
            model_name="consignee",
            name="recipient_key",
            field=SortKeyField(max_length=620, source="recipient"),
        ),
        migrations.AddField(
            model_name="consignment",
            name="recipient_key",
            field=SortKeyField(max_length=620, source="recipient"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("person_key"),
                condition=~models.Q(person_key=""),
                name="order_person",
            ),
        ),
        migrations.AddIndex(
            model_name="consignee",
            index=models.Index(
                models.F("recipient_key"),
                models.F("order"),
                condition=~models.Q(recipient_key=""),
                name="consignee_named",
            ),
        ),
        migrations.AddIndex(
            model_name="consignment",
            index=models.Index(
                models.F("recipient_key"),
                models.F("order"),
                condition=~models.Q(recipient_key=""),
                name="consignment_named",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                models.F("edition"), models.F("order"), name="line_of_an_edition"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
