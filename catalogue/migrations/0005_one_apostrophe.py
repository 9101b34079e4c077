"""Folded titles and names know one apostrophe, whichever was typed."""

from django.db import migrations

from catalogue.fields import SortKeyField

MODELS = ["IssuingBody", "Kind", "Publication", "Series", "State", "Topic"]


def fold_again(apps, schema_editor):
    for name in MODELS:
        model = apps.get_model("catalogue", name)
        keys = [field for field in model._meta.fields if isinstance(field, SortKeyField)]
        for row in model.objects.iterator():
            _fold_again(model, row, keys)


def _fold_again(model, row, keys):
    """Of a translated name each language has its own: `name_key_fr` is that of `name_fr`."""
    folded = {key.name: _folded(row, key) for key in keys}
    changed = {name: text for name, text in folded.items() if text != getattr(row, name)}
    if changed:
        model.objects.filter(pk=row.pk).update(**changed)


def _folded(row, key):
    text = getattr(row, key.name.replace("_key", "", 1))
    return getattr(row, key.name) if text is None else key.derive(text)[: key.max_length]


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_search_words")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
