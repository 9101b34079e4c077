"""Language editions of a publication, and their files."""

from functools import wraps

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.identifiers import validate_isbn
from catalogue.lineage import goes_in_a_circle
from catalogue.models.publication import Publication
from catalogue.querysets import EditionFileQuerySet, EditionQuerySet


def once_fetched(relation: str):
    """A property that is worked out once from the rows of a relation, if they were prefetched."""

    def decorate(work_out):
        kept = f"_{work_out.__name__}"

        @wraps(work_out)
        def value(self):
            rows = getattr(self, "_prefetched_objects_cache", {}).get(relation)
            if rows is None:
                return work_out(self)
            if kept not in self.__dict__ or self.__dict__[kept][0] is not rows:
                self.__dict__[kept] = rows, work_out(self)
            return self.__dict__[kept][1]

        return property(value)

    return decorate


class Edition(models.Model):
    """One language version of a publication, with its PDF, and perhaps on paper.

    A booklet that holds three languages is one edition with three `EditionLanguage` rows.
    """

    class Format(models.TextChoices):
        DOCUMENT = "document", _("document")
        BOOKLET = "booklet", _("booklet")
        BROCHURE = "brochure", _("brochure")
        BOOK = "book", _("book")
        POSTER = "poster", _("poster")
        NEWSLETTER = "newsletter", _("newsletter")
        FORM = "form", _("form")
        FILM = "film", _("film")

    class Stage(models.TextChoices):
        FINAL = "final", _("final")
        ADVANCE = "advance", _("advance copy")
        CORRECTED = "corrected", _("corrected")
        TRANSLATION = "translation", _("in translation")

    publication = models.ForeignKey(
        Publication, models.PROTECT, verbose_name=_("publication"), related_name="editions"
    )
    title = models.CharField(
        _("title as printed"),
        max_length=300,
        blank=True,
        help_text=_("In the language of the edition."),
    )
    format = models.CharField(
        _("format"), max_length=20, choices=Format.choices, default=Format.DOCUMENT
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.FINAL)
    isbn = models.CharField(_("ISBN"), max_length=17, blank=True, validators=[validate_isbn])
    job_number = models.CharField(_("job number"), max_length=40, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    trim_width_mm = models.PositiveSmallIntegerField(_("width in mm"), null=True, blank=True)
    trim_height_mm = models.PositiveSmallIntegerField(_("height in mm"), null=True, blank=True)
    weight_g = models.PositiveIntegerField(
        _("weight of a copy in grams"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_printed = models.BooleanField(
        _("exists on paper"), default=False, help_text=_("Paper copies of it can be ordered.")
    )
    reprint_on = models.DateField(_("reprint expected on"), null=True, blank=True)
    expected_on = models.DateField(
        _("expected on"), null=True, blank=True, help_text=_("When the translation will be ready.")
    )
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("supersedes"),
        null=True,
        blank=True,
        related_name="superseded_by",
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("edition"), _("editions")
        constraints = [
            models.UniqueConstraint(
                "isbn", condition=~Q(isbn=""), name="edition_isbn_names_one_edition"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False),
                name="edition_withdrawn_only_if_published",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")),
                name="edition_supersedes_another",
            ),
            models.CheckConstraint(
                condition=Q(weight_g=None) | Q(weight_g__gte=1), name="edition_weighs_something"
            ),
            models.CheckConstraint(
                condition=~Q(stage="translation") | Q(published_at=None),
                name="edition_in_translation_is_not_out",
            ),
        ]

    def __str__(self):
        return f"{self.publication} ({', '.join(tag.upper() for tag in self.tags)})"

    def clean(self):
        """An edition supersedes another one of the same publication, and never itself."""
        if self.supersedes and self.supersedes.publication_id != self.publication_id:
            raise ValidationError(
                _("An edition supersedes another edition of the same publication."),
                code="other publication",
            )
        if goes_in_a_circle(self, "supersedes"):
            raise ValidationError(
                _("“Supersedes” goes in a circle: in the end this edition would supersede itself."),
                code="circle",
            )

    @once_fetched("languages")
    def tags(self) -> list[str]:
        """Its languages' tags, the interface's first: ["fr"], or three for a trilingual booklet."""
        return sorted((row.language for row in self.languages.all()), key=languages.rank)

    @property
    def language(self) -> str:
        """The tag that names the edition in lists and file names; its first language."""
        return self.tags[0] if self.tags else ""

    @property
    def printed_title(self) -> str:
        """The title on its cover: as printed, or the publication's in the edition's language."""
        return self.title or languages.translated(self.publication, "title", self.language)[0]

    @once_fetched("files")
    def reading_file(self):
        """The newest PDF for readers, or None."""
        files = [file for file in self.files.all() if file.is_for_reading]
        return max(files, key=lambda file: file.version, default=None)

    @property
    def is_held(self) -> bool:
        """Whether there is something to read or to order; some editions are only known of."""
        return self.is_printed or self.reading_file is not None


class EditionLanguage(models.Model):
    """A language in which an edition can be read."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="languages")
    language = models.CharField(
        _("language"), max_length=35, db_index=True, validators=[languages.validate_tag]
    )

    class Meta:
        verbose_name, verbose_name_plural = (
            _("language of the edition"),
            _("languages of the edition"),
        )
        constraints = [
            models.UniqueConstraint("edition", "language", name="edition_has_a_language_once"),
        ]

    def __str__(self):
        return self.language


def stored_under(instance, filename: str) -> str:
    """Where a file lies: by its fingerprint, so that no name is ever used again."""
    return f"editions/{instance.sha256[:2]}/{instance.sha256}.pdf"


def cover_under(instance, filename: str) -> str:
    return f"covers/{instance.sha256[:2]}/{instance.sha256}.webp"


class EditionFile(models.Model):
    """One version of an edition's PDF: checked, measured and fingerprinted; never changed."""

    class Purpose(models.TextChoices):
        READING = "reading", _("for reading")
        PRINT = "print", _("for the printer")

    edition = models.ForeignKey(
        Edition, models.PROTECT, verbose_name=_("edition"), related_name="files"
    )
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.READING
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    file = models.FileField(_("file"), upload_to=stored_under, max_length=200)
    cover = models.FileField(_("cover"), upload_to=cover_under, max_length=200, blank=True)
    bytes = models.PositiveBigIntegerField(_("size in bytes"))
    pages = models.PositiveSmallIntegerField(_("pages"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64, db_index=True)
    is_tagged = models.BooleanField(_("tagged for screen readers"), default=False)
    declared_title = models.CharField(_("title inside the file"), max_length=300, blank=True)
    declared_language = models.CharField(_("language inside the file"), max_length=35, blank=True)
    guessed_language = models.CharField(_("language of its text"), max_length=35, blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("One form feed between pages."))
    note = models.CharField(
        _("what changed"),
        max_length=200,
        blank=True,
        help_text=_("One line for readers, in the language of the edition."),
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = EditionFileQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("file of the edition"), _("files of the edition")
        constraints = [
            models.UniqueConstraint(
                "edition", "purpose", "version", name="edition_file_version_once"
            ),
            models.UniqueConstraint("edition", "purpose", "sha256", name="edition_file_bytes_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1, bytes__gte=1, pages__gte=1),
                name="edition_file_is_measured",
            ),
        ]

    def __str__(self):
        return f"{self.edition} v{self.version}"

    @property
    def is_for_reading(self) -> bool:
        return self.purpose == self.Purpose.READING
