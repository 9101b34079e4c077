from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_first_parcel")]

    operations = [
        migrations.AddField(
            model_name="pickuppoint",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
