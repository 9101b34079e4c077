from django.db import migrations, models
from django.db.models.functions import Replace


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0009_covering_report_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="consignment",
            name="consignment_tracked",
        ),
        migrations.AddField(
            model_name="consignment",
            name="tracking_plain",
            field=models.GeneratedField(db_persist=True, expression=Replace(Replace(Replace(Replace(models.F("tracking"), models.Value(" "), models.Value("")), models.Value("."), models.Value("")), models.Value("/"), models.Value("")), models.Value("-"), models.Value("")), output_field=models.CharField(max_length=40)),
        ),
        migrations.AddIndex(
            model_name="consignment",
            index=models.Index(models.F("tracking_plain"), models.F("order"), condition=models.Q(("tracking_plain", ""), _negated=True), name="consignment_tracked_plain"),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="what",
            field=models.CharField(choices=[("placed", "placed"), ("confirmed", "confirmed"), ("changed", "changed"), ("edited", "details corrected"), ("approved", "excess decided"), ("held", "put on hold"), ("released", "hold lifted"), ("served", "copies set aside"), ("put_back", "put back into the queue"), ("skipped", "passed over in the queue"), ("prepared", "consignment prepared"), ("packed", "packed"), ("unpacked", "unpacked"), ("sent", "dispatched"), ("at_desk", "ready for pick-up"), ("handed_over", "handed over"), ("undone", "hand-over undone"), ("missed", "not picked up"), ("delivered", "delivered"), ("returned", "returned"), ("lost", "lost on the way"), ("replaced", "to be sent again"), ("forwarded", "goes another way"), ("let_go", "missed copies released"), ("closed", "closed"), ("reopened", "reopened"), ("cancelled", "cancelled"), ("declined", "declined"), ("disowned", "“I did not order this”"), ("expired", "expired"), ("mailed", "confirmation mail released"), ("mail_allowed", "address may be written to again"), ("erased", "personal data erased"), ("viewed", "personal data viewed")], max_length=12, verbose_name="what"),
        ),
        migrations.AddField(
            model_name="outgoingmessage",
            name="subject",
            field=models.CharField(blank=True, editable=False, max_length=500, verbose_name="subject"),
        ),
        migrations.AddField(
            model_name="outgoingmessage",
            name="text",
            field=models.TextField(blank=True, editable=False, verbose_name="text"),
        ),
        migrations.AddIndex(
            model_name="outgoingmessage",
            index=models.Index(models.F("last_error"), condition=models.Q(("parked_at__isnull", False)), name="message_parked"),
        ),
        migrations.AddConstraint(
            model_name="outgoingmessage",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("to", ""), _negated=True), models.Q(("subject", ""), ("text", "")), _connector="OR"), name="message_is_forgotten_with_its_reader"),
        ),
    ]
