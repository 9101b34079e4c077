"""Addresses under a language's prefix: the list, the publications and their files."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from catalogue import languages
from catalogue.feeds.shelves import BY
from catalogue.news import Quarter
from catalogue.views import (
    archives,
    browse,
    feeds,
    files,
    listing,
    news,
    offered,
    opds,
    parity,
    publication,
    records,
    suggest,
    wishes,
)


class TagConverter(StringConverter):
    """A language tag such as "fr" or "pt-BR"."""

    regex = languages.TAG.pattern


class FingerprintConverter(StringConverter):
    """The beginning of a file's SHA-256."""

    regex = "[0-9a-f]{12}"


class RecordConverter(StringConverter):
    """The extension of a record: "bib", "ris", "json", "xml" or "linkset"."""

    regex = "|".join(records.ADDRESSED)


class SymbolConverter(StringConverter):
    """A document symbol, or the beginning of one: "CCM/MSP/2011"."""

    regex = r"[A-Za-z0-9.\-]{1,60}(?:/[A-Za-z0-9.\-]{1,60}){0,20}"


register_converter(SymbolConverter, "symbol")


class QuarterConverter(StringConverter):
    """A quarter such as "2026-4"."""

    regex = "20[0-9]{2}-[1-4]"

    def to_python(self, value):
        return Quarter(*map(int, value.split("-")))


register_converter(QuarterConverter, "quarter")


class FacetConverter(StringConverter):
    """By what the shelves for reading programs are divided."""

    regex = "|".join(BY)


register_converter(FacetConverter, "facet")
register_converter(RecordConverter, "record")
register_converter(TagConverter, "tag")
register_converter(FingerprintConverter, "fingerprint")

app_name = "catalogue"
urlpatterns = [
    path("", listing.publications, name="publications"),
    path("publications/<slug:slug>/", publication.publication, name="publication"),
    path("publications/<slug:slug>/tell-me/<tag:tag>/", wishes.wish, name="wish"),
    path("catalogue-<tag:tag>.pdf", offered.printed, name="printed"),
    path("languages/", parity.parity, name="parity"),
    path("wishes/<str:token>/", wishes.wish_answer, name="wish-answer"),
    path("new/", news.new, name="new"),
    path("feeds/new.atom", feeds.new_atom, name="new-atom"),
    path("opensearch.xml", feeds.opensearch, name="opensearch"),
    path("opensearch.json", feeds.suggestions, name="opensearch-suggestions"),
    path("opds/", opds.root, name="opds"),
    path("opds/publications/", opds.shelf, name="opds-shelf"),
    path("opds/by/<facet:name>/", opds.doors, name="opds-doors"),
    path("opds/2/", opds.root2, name="opds2"),
    path("opds/2/publications/", opds.shelf2, name="opds2-shelf"),
    path("opds/2/by/<facet:name>/", opds.doors2, name="opds2-doors"),
    path("opds/2/publications/<slug:slug>/<tag:tag>/", opds.publication2, name="opds2-publication"),
    path("new/<quarter:quarter>/", news.new, name="new-in"),
    path("new/subscribe/", news.subscribe, name="subscribe"),
    path("new/subscriptions/<str:token>/", news.subscription, name="subscription"),
    path("new/subscriptions/<str:token>/end/", news.unsubscribe, name="unsubscribe"),
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
    path("suggest/", suggest.suggest, name="suggest"),
    path("browse/", browse.hub, name="browse"),
    path("series/<slug:slug>/", browse.series, name="series"),
    path("topics/<slug:slug>/", browse.topic, name="topic"),
    path("meetings/<slug:code>/", browse.meeting, name="meeting"),
    path("symbols/", browse.symbol, name="symbols"),
    path("symbols/<symbol:path>/", browse.symbol, name="symbols"),
    path("download/", archives.archives, name="archives"),
    path("download/publications.zip", archives.archive_file, name="archive"),
]
