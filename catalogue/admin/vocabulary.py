"""The administration of the vocabulary: kinds, topics, series, bodies, meetings, States."""

from functools import partial

from django.contrib import admin
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalogue import upkeep
from catalogue.admin.layout import side_by_side, translations
from catalogue.models import IssuingBody, Kind, Meeting, Series, State, Topic


class NamingAdmin(TranslationAdmin):
    """What publications are filed under: they are found, and described, by its names."""

    def save_model(self, request, term, form, change):
        super().save_model(request, term, form, change)
        upkeep.refresh(term.publications.values_list("pk", flat=True))

    def delete_model(self, request, term):
        self._without([term], partial(super().delete_model, request, term))

    def delete_queryset(self, request, queryset):
        self._without(queryset, partial(super().delete_queryset, request, queryset))

    @transaction.atomic
    def _without(self, terms, delete):
        filed = {pk for term in terms for pk in term.publications.values_list("pk", flat=True)}
        delete()
        upkeep.refresh(filed)


class TermAdmin(NamingAdmin):
    """A small vocabulary: names in every language beside each other."""

    list_display = ["slug", *translations("name")]
    search_fields = ["slug", *translations("name_key")]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": [*side_by_side("name"), "slug"]})]


@admin.register(Topic)
class TopicAdmin(TermAdmin):
    list_display = ["slug", "article", *translations("name")]
    fieldsets = [(None, {"fields": [*side_by_side("name"), ("slug", "article")]})]


admin.site.register([Kind, Series, IssuingBody], TermAdmin)


@admin.register(Meeting)
class MeetingAdmin(NamingAdmin):
    list_display = ["code", "name", "starts_on", "place", "country"]
    search_fields = ["code", *translations("name")]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "code",
                    *side_by_side("name", "place"),
                    "country",
                    ("starts_on", "ends_on"),
                ]
            },
        )
    ]


@admin.register(State)
class StateAdmin(TranslationAdmin):
    list_display = ["iso2", "name", "status", "consented_on", "in_force_on"]
    list_display_links = ["iso2", "name"]
    list_filter = ["status", "un_group"]
    list_per_page = 200
    ordering = ["name_key"]
    search_fields = ["iso2", "iso3", *translations("name_key")]
    fieldsets = [
        (None, {"fields": [*side_by_side("name"), ("iso2", "iso3"), "un_group"]}),
        (
            _("Under the Convention"),
            {"fields": [("status", "consent_by"), ("signed_on", "consented_on", "in_force_on")]},
        ),
    ]
