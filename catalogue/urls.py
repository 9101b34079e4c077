"""Addresses under a language's prefix: the list, the publications and their files."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from catalogue import languages, views


class TagConverter(StringConverter):
    """A language tag such as "fr" or "pt-BR"."""

    regex = languages.TAG.pattern


class FingerprintConverter(StringConverter):
    """The beginning of a file's SHA-256."""

    regex = "[0-9a-f]{12}"


register_converter(TagConverter, "tag")
register_converter(FingerprintConverter, "fingerprint")

app_name = "catalogue"
urlpatterns = [
    path("", views.publications, name="publications"),
    path("publications/<slug:slug>/", views.publication, name="publication"),
    path("publications/<slug:slug>/<slug:again>-<tag:tag>.pdf", views.file, name="file"),
    path(
        "publications/<slug:slug>/<slug:again>-<tag:tag>-<fingerprint:version>.pdf",
        views.file,
        name="file-version",
    ),
]
