"""How the forms of the administration are laid out: language by language, with few buttons."""

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from catalogue import languages


def translations(*fields: str) -> list[str]:
    """The columns of translated fields, language by language."""
    tags = languages.interface_languages()
    return [f"{field}_{language}" for language in tags for field in fields]


def side_by_side(*fields: str) -> list:
    """A line of the form for each translated field, with its translations beside each other."""
    return [tuple(translations(field)) for field in fields]


def grouped_by_language(*fields: str) -> list:
    """A fieldset for each interface language, with the translations into it."""
    return [
        (languages.autonym(language), {"fields": [f"{field}_{language}" for field in fields]})
        for language in languages.interface_languages()
    ]


class Uncluttered(admin.ModelAdmin):
    """Beside a choice there is one button, to add what is missing from it."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = field and field.widget
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_change_related = widget.can_delete_related = False
            widget.can_view_related = False
        return field
