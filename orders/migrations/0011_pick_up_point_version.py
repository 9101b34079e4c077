from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_kept_mail")]

    operations = [
        migrations.AddField(
            model_name="pickuppoint",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
