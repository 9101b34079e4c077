"""The words of titles and descriptions, to correct by them what readers type."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_readers_and_upkeep")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("spelling", models.CharField(max_length=40)),
                ("head", models.CharField(help_text="The first letter.", max_length=1)),
                ("tail", models.CharField(help_text="The last two letters.", max_length=2)),
                ("length", models.PositiveSmallIntegerField()),
            ],
            options={
                "verbose_name": "search word",
                "verbose_name_plural": "search words",
                "indexes": [
                    models.Index(
                        fields=["head", "length"], name="search_word_by_head"
                    ),
                    models.Index(
                        fields=["tail", "length"], name="search_word_by_tail"
                    ),
                ],
            },
        ),
    ]
