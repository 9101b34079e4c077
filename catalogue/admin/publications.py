"""The administration of publications and their editions."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import CheckboxSelectMultiple
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.admin import TranslationAdmin

from catalogue import formats, languages, publishing, states, upkeep
from catalogue.admin.filters import EditionLanguageFilter, LanguageFilter, VisibilityFilter
from catalogue.admin.findings import findings
from catalogue.admin.forms import EditionForm, EditionLine
from catalogue.admin.layout import grouped_by_language, translations
from catalogue.admin.publicity import PublishingAdmin
from catalogue.desk.views import tables
from catalogue.models import Edition, EditionFile, Publication


def save_files(request, forms):
    """Keep the PDFs that came with some forms of editions, and say what was found in them."""
    for each in forms:
        if draft := getattr(each, "draft", None):
            save_file(request, each, draft)


def save_file(request, form, draft):
    note = form.cleaned_data.get("note", "")
    try:
        kept = publishing.keep(
            draft, form.instance, by=request.user, purpose=form.file_purpose, note=note
        )
    except ValidationError as refusal:  # a colleague was quicker with the same file
        messages.error(request, " ".join(refusal.messages))
    else:
        report(request, kept)


def report(request, kept):
    """Say what the intake found in a PDF."""
    for level, sentence in findings(kept):
        messages.add_message(request, level, sentence)


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
        state = states.state(edition).sentence
        if not (kept := edition.reading_file):
            return state
        version = _("PDF, version %(version)s") % {"version": kept.version}
        return format_html("{}<br>{}", version, state)

    def get_queryset(self, request):
        rows = super().get_queryset(request).with_files()  # type: ignore[attr-defined]
        return rows.select_related("publication")

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else len(languages.interface_languages())


@admin.register(Publication)
class PublicationAdmin(PublishingAdmin, TranslationAdmin):
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
    autocomplete_fields = ["replaces", "corrects"]
    inlines = [EditionInline]
    change_list_template = "admin/catalogue/publication/list.html"
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
                    ("replaces", "corrects"),
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
        return ["slug"] if obj and states.is_out(obj) else []

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

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="catalogue_publication_export"), *super().get_urls()]

    def export_view(self, request):
        """The list, narrowed as it is, as a table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        wanted = request.GET.copy()
        form = (wanted.pop("format", None) or ["csv"])[0]
        request.GET = wanted
        rows = self.get_changelist_instance(request).get_queryset(request)
        pks = rows.order_by("slug").values_list("pk", flat=True)
        return tables.exported(request, list(dict.fromkeys(pks)), form)

    def view_on_site(self, publication):
        return publication.get_absolute_url() if states.is_out(publication) else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        save_files(request, [each for formset in formsets for each in formset.forms])
        if tag := request.POST.get("_translate"):
            self.start_translation(request, form.instance, tag)
        upkeep.refresh([form.instance])

    def start_translation(self, request, publication, tag):
        if tag not in self.missing_languages(publication):
            return
        publishing.start_translation(publication, tag, by=request.user)
        text = _("The edition in %(language)s is noted as being translated.")
        language = languages.name(tag, languages.current())
        messages.success(request, text % {"language": language})

    def missing_languages(self, publication):
        """The interface languages in which no edition is known, not even one under way."""
        known = {tag for edition in publication.editions.all() for tag in edition.tags}
        return [tag for tag in languages.interface_languages() if tag not in known]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["missing"] = self.missing_languages(obj) if obj and obj.pk else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request, obj):
        if "_translate" in request.POST:
            return HttpResponseRedirect(self.page_of(obj) + "#editions-group")
        return super().response_change(request, obj)


class EditionFileInline(admin.TabularInline):
    """The versions of an edition's PDF, each to download; looked at, never changed."""

    model = EditionFile
    verbose_name_plural = gettext_lazy("Versions of the PDF")
    fields = readonly_fields = ("download", "note", "measures", "inside", "languages", "added_at")
    can_delete = False

    @admin.display(description=gettext_lazy("version"))
    def download(self, kept):
        text = _("version %(version)s") % {"version": kept.version}
        link = format_html('<a href="{}">{}</a>', reverse("editing:file", args=[kept.pk]), text)
        if kept.is_for_reading:
            return link
        return format_html("{}<br>{}", link, kept.get_purpose_display())

    @admin.display(description=gettext_lazy("size"))
    def measures(self, kept):
        pages = ngettext("%(pages)s page", "%(pages)s pages", kept.pages)
        return format_html(
            "{}<br>{}", pages % {"pages": formats.number(kept.pages)}, formats.size(kept.bytes)
        )

    @admin.display(description=gettext_lazy("inside the file"))
    def inside(self, kept):
        tagged = _("tagged") if kept.is_tagged else _("not tagged")
        return format_html("{}<br>{}", kept.declared_title or _("no title"), tagged)

    @admin.display(description=gettext_lazy("language"))
    def languages(self, kept):
        """What the file says, and what its text looks like."""
        declared = kept.declared_language or _("not said")
        own = languages.current()
        guess = kept.guessed_language
        looks = languages.name(guess, own) if guess else _("not known")
        return format_html(
            "{}<br>{}",
            _("declared: %(language)s") % {"language": declared},
            _("text: %(language)s") % {"language": looks},
        )

    def get_queryset(self, request):
        files = super().get_queryset(request).without_text()  # type: ignore[attr-defined]
        return files.order_by("-purpose", "-version")

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
        (
            None,
            {"fields": ["publication", "languages", "title", "format", ("stage", "expected_on")]},
        ),
        (gettext_lazy("A new PDF"), {"fields": ["pdf", "note", "purpose"]}),
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
        rows = super().get_queryset(request).select_related("publication")
        return rows.prefetch_related("languages")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        save_files(request, [form])
        before = form.initial.get("publication")  # it may have been moved to another
        upkeep.refresh({form.instance.publication_id, before or form.instance.publication_id})
