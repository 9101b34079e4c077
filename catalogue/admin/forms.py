"""The forms of the catalogue's administration: an edition with its languages and its PDF."""

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from catalogue import languages, publishing
from catalogue.models import Edition, EditionFile, EditionLanguage
from catalogue.text import LineField


class TagsField(forms.CharField):
    """Languages as typed, "en, fr", and as kept, ["en", "fr"]."""

    widget = forms.TextInput(attrs={"size": 12, "autocapitalize": "none", "spellcheck": "false"})

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return list(dict.fromkeys((super().to_python(value) or "").replace(",", " ").split()))

    def validate(self, value):
        super().validate(value)
        for tag in value:
            languages.validate_tag(tag)

    def run_validators(self, value):
        """Those of text are not for a list."""

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class PdfInput(forms.FileInput):
    """Chooses a PDF; asks about its language when the form is in doubt."""

    asks = False

    def _render(self, template_name, context, renderer=None):
        widget = context["widget"]
        field = super()._render(template_name, context, renderer)  # type: ignore[misc]
        if not self.asks:
            return field
        question = widget["name"].removesuffix("pdf") + "accept_language"
        return render_to_string(
            "admin/catalogue/pdf_input.html", {"field": field, "name": question}
        )


class EditionForm(forms.ModelForm):
    """An edition with what is not a column of it: its languages, and a PDF to take in."""

    languages = TagsField(
        label=_("Languages"), help_text=_("Language codes, for example fr or en, fr, es.")
    )
    pdf = forms.FileField(
        label=_("PDF"),
        required=False,
        allow_empty_file=True,
        widget=PdfInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text=_("It is checked, measured, fingerprinted, and gives the cover."),
    )
    purpose = forms.ChoiceField(
        label=_("The PDF is"),
        choices=EditionFile.Purpose.choices,
        initial=EditionFile.Purpose.READING,
        required=False,
    )
    note = LineField(
        label=_("What changed"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=_("One line for readers, in the language of the edition. Empty for the first."),
    )
    accept_language = forms.BooleanField(required=False)
    draft = None

    class Meta:
        model = Edition
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets choose)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["languages"] = self.instance.tags

    def clean(self):
        super().clean()
        if upload := self.cleaned_data.get("pdf"):
            try:
                self.draft = self._examined(upload)
            except ValidationError as refusal:
                self.add_error("pdf", refusal)

    def _examined(self, upload):
        edition = self.instance if self.instance.pk else None
        draft = publishing.examine(upload)
        publishing.require_new(draft, edition, self.file_purpose)
        if not self.cleaned_data.get("accept_language"):
            self._require_language(draft, self.cleaned_data.get("languages", []))
        return draft

    def _require_language(self, draft, tags):
        try:
            publishing.require_language(draft, tags)
        except publishing.LanguageDoubtError:
            self.fields["pdf"].widget.asks = True
            raise

    @property
    def file_purpose(self):
        return self.cleaned_data.get("purpose") or EditionFile.Purpose.READING

    def _save_m2m(self):
        super()._save_m2m()  # type: ignore[misc]
        tags = self.cleaned_data["languages"]
        self.instance.languages.exclude(language__in=tags).delete()
        for tag in tags:
            EditionLanguage.objects.get_or_create(edition=self.instance, language=tag)


class EditionLine(EditionForm):
    """An edition in one line on the page of its publication; its PDF is for reading."""

    purpose = note = None  # type: ignore[assignment]  # takes the fields away

    def __init__(self, *args, **kwargs):
        """The heads of the columns are no labels to a screen reader, so each field says its own."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label
