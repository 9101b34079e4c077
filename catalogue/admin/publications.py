"""The administration of publications and their editions."""

from django.contrib import admin, messages
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin

from catalogue import formats, identifiers, languages, publishing, upkeep
from catalogue.admin.exports import PublicationResource
from catalogue.admin.filters import EditionLanguageFilter, LanguageFilter, VisibilityFilter
from catalogue.admin.forms import EditionForm, EditionLine
from catalogue.admin.layout import Uncluttered, grouped_by_language, translations
from catalogue.models import Edition, EditionFile, Publication


class PublishingAdmin(Uncluttered, SimpleHistoryAdmin):
    """What publications and editions share: let out, taken back, never deleted once out."""

    actions = ["publish", "withdraw"]
    object_history_list_template = "admin/catalogue/history.html"

    @admin.display(description=gettext_lazy("visibility"), ordering="published_at")
    def visibility(self, thing):
        if thing.withdrawn_at:
            return _("withdrawn")
        if not thing.published_at:
            return _("not published")
        since = formats.short_date(timezone.localtime(thing.published_at).date())
        return _("since %(date)s") % {"date": since}

    @admin.action(description=gettext_lazy("Publish the selected entries"), permissions=["change"])
    def publish(self, request, queryset):
        for thing in queryset:
            publishing.publish(thing, by=request.user)
        text = ngettext(
            "%(count)s entry is public.", "%(count)s entries are public.", len(queryset)
        )
        self.message_user(request, text % {"count": len(queryset)}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Withdraw the selected entries"), permissions=["change"])
    def withdraw(self, request, queryset):
        for thing in queryset:
            publishing.withdraw(thing, by=request.user)
        text = ngettext(
            "%(count)s entry is not public. Its address stays and says so.",
            "%(count)s entries are not public. Their addresses stay and say so.",
            len(queryset),
        )
        self.message_user(request, text % {"count": len(queryset)}, messages.SUCCESS)

    def has_delete_permission(self, request, obj=None):
        """What was public once is withdrawn, so that its address keeps an answer."""
        was_out = obj is not None and obj.published_at is not None
        return not was_out and super().has_delete_permission(request, obj)

    def get_actions(self, request):
        return {
            name: action
            for name, action in super().get_actions(request).items()
            if name != "delete_selected"
        }

    def get_search_results(self, request, queryset, search_term):
        """Titles in every language, without accents; symbols however they are typed."""
        found, repeats = super().get_search_results(request, queryset, languages.fold(search_term))
        if key := identifiers.symbol_key(search_term):
            found |= queryset.filter(**{self.symbol_key: key})
        return found, repeats

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for each in [form, *(each for formset in formsets for each in formset.forms)]:
            if draft := getattr(each, "draft", None):
                kept = publishing.keep(
                    draft, each.instance, by=request.user, purpose=each.file_purpose
                )
                self.report(request, kept)
        self.finish(request, form.instance)

    def finish(self, request, thing):
        """Let it out if the button said so; find it under its new words in any case."""
        if "_publish" in request.POST:
            publishing.publish(thing, by=request.user)
        upkeep.refresh([publishing.publication_id(thing)])

    def report(self, request, kept):
        """Say what the intake found in a PDF."""
        text = ngettext(
            "“%(edition)s”: version %(version)s of the PDF is kept, %(pages)s page, %(size)s. "
            "Its first page is the cover.",
            "“%(edition)s”: version %(version)s of the PDF is kept, %(pages)s pages, %(size)s. "
            "Its first page is the cover.",
            kept.pages,
        )
        facts = {
            "edition": kept.edition,
            "version": kept.version,
            "pages": formats.number(kept.pages),
            "size": formats.size(kept.bytes),
        }
        messages.success(request, text % facts)
        for warning in shortcomings(kept):
            messages.warning(request, warning % facts)


def shortcomings(kept: EditionFile):
    """What a PDF lacks for some of its readers."""
    if not kept.text.strip():
        yield _("“%(edition)s”: the PDF holds no text, only pictures of it: it cannot be searched.")
    if not kept.is_tagged:
        yield _("“%(edition)s”: the PDF is not tagged: screen readers will struggle with it.")


class EditionInline(admin.TabularInline):
    """The editions on the page of their publication; a new one takes its PDF right there."""

    model = Edition
    form = EditionLine
    fields = ["languages", "title", "format", "is_printed", "pdf", "current"]
    readonly_fields = ["current"]
    show_change_link = True
    can_delete = False

    @admin.display(description=gettext_lazy("so far"))
    def current(self, edition):
        if not edition.pk:
            return ""
        kept = edition.reading_file
        return _("PDF, version %(version)s") % {"version": kept.version} if kept else _("no PDF")

    def get_queryset(self, request):
        return super().get_queryset(request).with_files()  # type: ignore[attr-defined]

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else len(languages.interface_languages())


@admin.register(Publication)
class PublicationAdmin(ExportMixin, PublishingAdmin, TranslationAdmin):
    list_display = ["symbol", "shown_title", "date", "edition_languages", "visibility"]
    list_display_links = ["symbol", "shown_title"]
    list_filter = [VisibilityFilter, EditionLanguageFilter, "kind", "topics"]
    list_select_related = ["kind"]
    list_per_page = 50
    date_hierarchy = "issued_on"
    ordering = ["-issued_on", "-pk"]
    search_fields = ["symbol", "slug", *translations("title_key")]
    search_help_text = gettext_lazy("Words of a title in any language, or a symbol.")
    symbol_key = "symbol_key__contains"
    autocomplete_fields = ["replaces"]
    inlines = [EditionInline]
    export_form_class = ExportForm
    export_formats = [CSV, XLSX]
    resource_classes = [PublicationResource]
    fieldsets = [
        (None, {"fields": [("symbol", "slug"), ("kind", "original_language")]}),
        *grouped_by_language("title", "summary"),
        (
            gettext_lazy("Where it belongs"),
            {
                "fields": [
                    ("issued_on", "issued_precision"),
                    ("issuing_body", "meeting"),
                    ("series", "number"),
                    "topics",
                    "replaces",
                ]
            },
        ),
    ]

    @admin.display(description=gettext_lazy("title"), ordering="title_key")
    def shown_title(self, publication):
        return str(publication)

    @admin.display(description=gettext_lazy("date"), ordering="issued_on")
    def date(self, publication):
        return formats.date(publication.issued_on, publication.issued_precision)

    @admin.display(description=gettext_lazy("editions"))
    def edition_languages(self, publication):
        return ", ".join("+".join(edition.tags) for edition in publication.editions.all())

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("editions__languages", "topics")

    def get_readonly_fields(self, request, obj=None):
        """The address is permanent from the first day on which it was public."""
        return ["slug"] if obj and obj.published_at else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": [translations("title")[0]]}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A title in any one language is enough; the model asks for it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in translations("title"):
            field.required = False
        if db_field.name in translations("summary"):
            field.widget.attrs["rows"] = 4
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, widget=CheckboxSelectMultiple, **kwargs
        )

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """A new publication starts with a line for an edition in each interface language."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if not obj.pk:
            kwargs["initial"] = [{"languages": [tag]} for tag in languages.interface_languages()]
        return kwargs

    def view_on_site(self, publication):
        return publication.get_absolute_url() if publication.published_at else None


class EditionFileInline(admin.TabularInline):
    """The files of an edition: looked at, never changed."""

    model = EditionFile
    fields = readonly_fields = ("version", "purpose", "size", "pages", "is_tagged", "added_at")
    can_delete = False

    @admin.display(description=gettext_lazy("size"))
    def size(self, kept):
        return formats.size(kept.bytes)

    def get_queryset(self, request):
        files = super().get_queryset(request).without_text()  # type: ignore[attr-defined]
        return files.order_by("purpose", "-version")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Edition)
class EditionAdmin(PublishingAdmin):
    form = EditionForm
    list_display = ["publication", "edition_languages", "format", "is_printed", "visibility"]
    list_filter = [VisibilityFilter, LanguageFilter, "format", "is_printed", "stage"]
    list_select_related = ["publication"]
    list_per_page = 50
    search_fields = [
        "publication__symbol",
        *(f"publication__{column}" for column in translations("title_key")),
        "isbn",
        "job_number",
    ]
    symbol_key = "publication__symbol_key__contains"
    autocomplete_fields = ["publication", "supersedes"]
    inlines = [EditionFileInline]
    fieldsets = [
        (None, {"fields": ["publication", "languages", "title", ("format", "stage")]}),
        (gettext_lazy("A new PDF"), {"fields": ["pdf", "purpose"]}),
        (
            gettext_lazy("On paper"),
            {
                "fields": [
                    ("is_printed", "reprint_on"),
                    ("weight_g", "pages"),
                    ("trim_width_mm", "trim_height_mm"),
                ]
            },
        ),
        (gettext_lazy("How it is identified"), {"fields": [("isbn", "job_number"), "supersedes"]}),
    ]

    @admin.display(description=gettext_lazy("languages"))
    def edition_languages(self, edition):
        return ", ".join(edition.tags)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("languages")
