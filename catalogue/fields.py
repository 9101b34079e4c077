"""Columns that are computed from another one each time a row is written."""

from django.db import models

from catalogue import identifiers, languages


class DerivedField(models.CharField):
    """A key computed from the column named `source`; never typed, always current.

    On a translated model the key of each language is computed from that language's text.
    """

    def __init__(self, *args, source="", **kwargs):
        self.source = source
        kwargs |= {"editable": False, "blank": True, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("editable", "blank", "default"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance, add):
        language = getattr(self, "language", None)  # set by modeltranslation on its columns
        source = f"{self.source}_{language}" if language else self.source
        key = self.derive(getattr(model_instance, source) or "")[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key

    def derive(self, text: str) -> str:
        raise NotImplementedError


class SortKeyField(DerivedField):
    """Sorts names as people do: Égypte beside Egypt, not after Zambia."""

    def derive(self, text):
        return languages.fold(text)


class SymbolKeyField(DerivedField):
    """Finds a document symbol however it is typed."""

    def derive(self, text):
        return identifiers.symbol_key(text)
