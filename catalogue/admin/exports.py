"""The list of publications as a table, for a spreadsheet."""

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource

from catalogue import languages
from catalogue.models import Publication


class PublicationResource(ModelResource):
    """One row for each publication: its titles in every interface language, and its editions."""

    kind = Field("kind__slug")
    series = Field("series__slug")
    issuing_body = Field("issuing_body__name")
    meeting = Field("meeting__code")
    topics = Field()
    editions = Field(column_name="languages")

    class Meta:
        model = Publication
        fields = [
            "slug",
            "symbol",
            *(f"title_{language}" for language in languages.interface_languages()),
            "kind",
            "series",
            "number",
            "issued_on",
            "issued_precision",
            "issuing_body",
            "meeting",
            "topics",
            "editions",
            "published_at",
            "withdrawn_at",
        ]
        export_order = fields

    def dehydrate_topics(self, publication):
        return ", ".join(topic.slug for topic in publication.topics.all())

    def dehydrate_editions(self, publication):
        """The languages of each edition: "en, fr, en+es"."""
        return ", ".join("+".join(edition.tags) for edition in publication.editions.all())

    @classmethod
    def get_display_name(cls):
        return _("Publications")
