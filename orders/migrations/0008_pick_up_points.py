from django.db import migrations, models

WHATS = [
    ("placed", "placed"),
    ("confirmed", "confirmed"),
    ("changed", "changed"),
    ("edited", "details corrected"),
    ("approved", "excess decided"),
    ("held", "put on hold"),
    ("released", "hold lifted"),
    ("served", "copies set aside"),
    ("put_back", "put back into the queue"),
    ("skipped", "passed over in the queue"),
    ("prepared", "consignment prepared"),
    ("packed", "packed"),
    ("unpacked", "unpacked"),
    ("sent", "dispatched"),
    ("at_desk", "ready for pick-up"),
    ("handed_over", "handed over"),
    ("undone", "hand-over undone"),
    ("missed", "not picked up"),
    ("delivered", "delivered"),
    ("returned", "returned"),
    ("lost", "lost on the way"),
    ("replaced", "to be sent again"),
    ("forwarded", "goes another way"),
    ("let_go", "missed copies released"),
    ("closed", "closed"),
    ("reopened", "reopened"),
    ("cancelled", "cancelled"),
    ("declined", "declined"),
    ("disowned", "“I did not order this”"),
    ("expired", "expired"),
    ("erased", "personal data erased"),
    ("viewed", "personal data viewed"),
]


def order_by_closing(apps, schema_editor):
    """Points that took orders after they closed: nobody could have come for the copies."""
    points = apps.get_model("orders", "PickUpPoint").objects
    points.filter(order_by_on__gt=models.F("closes_on")).update(order_by_on=models.F("closes_on"))


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_search_words"),
        ("orders", "0007_decision_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="pickuppoint",
            name="is_closed",
            field=models.BooleanField(
                default=False,
                help_text="It takes no more orders; bags that lie there are still handed over.",
                verbose_name="closed",
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="what",
            field=models.CharField(choices=WHATS, max_length=12, verbose_name="what"),
        ),
        migrations.RunPython(order_by_closing, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="pickuppoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("order_by_on", None),
                    ("closes_on", None),
                    ("order_by_on__lte", models.F("closes_on")),
                    _connector="OR",
                ),
                name="pick_up_point_takes_orders_before_it_closes",
            ),
        ),
    ]
