import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0004_search_words"),
        ("orders", "0006_queue_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(models.F("order"), condition=models.Q(("requested__gt", django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F("approved"), "+", models.F("refused")), "-", models.F("replaced")))), name="line_to_decide"),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(models.F("order"), condition=models.Q(("replaced__gt", 0)), name="line_sent_again"),
        ),
    ]
