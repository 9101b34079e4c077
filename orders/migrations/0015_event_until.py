from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0014_last_press")]

    operations = [
        migrations.AddField(
            model_name="orderevent",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="on hold until"),
        ),
    ]
