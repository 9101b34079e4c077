"""Addresses under a language's prefix: the list, the publications and their files."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from catalogue import languages
from catalogue.records.formats import FORMATS
from catalogue.views import files, listing, publication, records


class TagConverter(StringConverter):
    """A language tag such as "fr" or "pt-BR"."""

    regex = languages.TAG.pattern


class FingerprintConverter(StringConverter):
    """The beginning of a file's SHA-256."""

    regex = "[0-9a-f]{12}"


class RecordConverter(StringConverter):
    """The extension of a record: "bib", "ris", "json" or "xml"."""

    regex = "|".join(FORMATS)


register_converter(RecordConverter, "record")
register_converter(TagConverter, "tag")
register_converter(FingerprintConverter, "fingerprint")

app_name = "catalogue"
urlpatterns = [
    path("", listing.publications, name="publications"),
    path("publications/<slug:slug>/", publication.publication, name="publication"),
    path("publications/<slug:slug>/<slug:again>-<tag:tag>.pdf", files.file, name="file"),
    path(
        "publications/<slug:slug>/<slug:again>-<tag:tag>.<record:extension>",
        records.record,
        name="record",
    ),
    path(
        "publications/<slug:slug>/<slug:again>-<tag:tag>-<fingerprint:version>.pdf",
        files.file,
        name="file-version",
    ),
]
