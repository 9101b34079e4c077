from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0007_decision_indexes"),
    ]

    operations = [
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
