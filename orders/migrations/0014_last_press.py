from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_pick_up_point_version")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="last_press",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
    ]
