from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    """What the ledger says of lines so far: cancelled copies that were not released from the shelf.

    A release with a reason let others go first: its copies went back to waiting.
    """
    releases = apps.get_model("orders", "StockEntry").objects.filter(
        line=OuterRef("pk"), kind="release", reason=""
    )
    copies = releases.order_by().values("line").annotate(copies=-Sum("allocated_change"))
    released = Coalesce(Subquery(copies.values("copies")), 0)
    lines = apps.get_model("orders", "OrderLine").objects.filter(cancelled__gt=0)
    lines.annotate(released=released).filter(cancelled__gt=F("released")).update(
        given_up=F("cancelled") - released
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_replaced_of_a_parcel")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="given_up",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="Of the cancelled copies, those that were not on the shelf for it.",
                verbose_name="given up while waiting",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=Q(given_up__lte=F("cancelled")), name="line_gives_up_what_is_cancelled"
            ),
        ),
    ]
