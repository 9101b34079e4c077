from django.db import migrations, models

LEFT = ["lost", "returned", "sent", "delivered", "handed_over"]  # the likeliest first


def say_which_parcels_are_replaced(apps, schema_editor):
    """Until now only the line said how many of its copies were agreed once more."""
    held = apps.get_model("orders", "ConsignmentLine").objects
    for line in apps.get_model("orders", "OrderLine").objects.filter(replaced__gt=0):
        rest, parts = line.replaced, held.filter(line=line, consignment__status__in=LEFT)
        likeliest = sorted(
            parts.select_related("consignment"),
            key=lambda part: (LEFT.index(part.consignment.status), part.pk),
        )
        for part in likeliest:
            part.replaced = min(rest, part.quantity)
            part.save(update_fields=["replaced"])
            rest -= part.replaced


class Migration(migrations.Migration):
    dependencies = [("orders", "0016_point_changed")]

    operations = [
        migrations.RemoveIndex(model_name="orderline", name="line_sent_again"),
        migrations.AddField(
            model_name="consignmentline",
            name="replaced",
            field=models.PositiveIntegerField(default=0, verbose_name="to be sent again"),
        ),
        migrations.RunPython(say_which_parcels_are_replaced, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="consignmentline",
            index=models.Index(
                models.F("consignment"),
                condition=models.Q(("replaced__gt", 0)),
                name="consignment_line_sent_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="consignmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("replaced__lte", models.F("quantity"))),
                name="consignment_line_replaces_what_it_held",
            ),
        ),
    ]
