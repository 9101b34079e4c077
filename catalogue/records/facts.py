"""What is said of an edition to machines: the facts and their shapes."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from catalogue import languages


class Text(NamedTuple):
    """Words, and the language they are in."""

    text: str
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)


class Term(NamedTuple):
    """An entry of a vocabulary: its short name, and its name in the description's language."""

    slug: str
    name: str
    language: str
    article: int | None = None  # of the Convention, where a topic is one


class Gathering(NamedTuple):
    """The meeting that a publication belongs to."""

    code: str
    name: str
    place: str
    country: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None


class Pdf(NamedTuple):
    """The newest PDF of the edition."""

    address: str  # lasting, the newest version
    version_address: str  # of exactly these bytes
    bytes: int
    sha256: str
    pages: int
    added_at: datetime.datetime
    is_tagged: bool
    note: str


class Related(NamedTuple):
    """Another publication, or the same in another language."""

    identifier: str  # "dubrovnik-action-plan", or "dubrovnik-action-plan/es"
    title: Text
    tag: str  # of a translation; "" of another publication
    symbol: str
    landing: str
    pdf: str  # "" where there is none


@dataclass(frozen=True, slots=True)
class Description:
    """An edition in a language. Addresses are whole, instants aware, tuples in a fixed order."""

    slug: str
    tag: str  # the language described
    tags: tuple[str, ...]  # all languages of the edition
    original_language: str  # "" where unknown
    words_language: str  # of terms, names and sentences: an interface language
    title: Text
    other_titles: tuple[Text, ...]
    summary: Text
    symbol: str
    job_number: str
    isbn: str
    kind: Term
    topics: tuple[Term, ...]
    series: Term | None
    number: str
    issuing_body: Term | None
    publisher: str
    meeting: Gathering | None
    issued_on: datetime.date | None
    precision: str  # "day", "month" or "year" is known of the date
    format: str  # "booklet": one of Edition.Format
    format_name: str
    stage: str  # "final", "advance" or "corrected"
    stage_name: str
    pages: int | None
    is_printed: bool
    landing: str
    permanent: str
    pdf: Pdf | None
    cover: str  # "" where there is none
    licence: str  # an address, or ""
    translations: tuple[Related, ...]
    replaces: Related | None
    replaced_by: tuple[Related, ...]
    corrects: Related | None
    corrected_by: tuple[Related, ...]
    published_at: datetime.datetime
    changed_at: datetime.datetime
    withdrawn_at: datetime.datetime | None

    @property
    def identifier(self) -> str:
        """ "dubrovnik-action-plan/fr": what harvesters call it, after the domain."""
        return f"{self.slug}/{self.tag}"

    @property
    def issued(self) -> str:
        """The date as far as it is known: "2015-09-11", "2015-09", "2015" or ""."""
        length = {"day": 10, "month": 7, "year": 4}[self.precision]
        return self.issued_on.isoformat()[:length] if self.issued_on else ""

    @property
    def year(self) -> str:
        return self.issued[:4]

    @property
    def author(self) -> str:
        """Who speaks in it: the issuing body, or else the publisher."""
        return self.issuing_body.name if self.issuing_body else self.publisher

    @property
    def is_translation(self) -> bool:
        return bool(self.original_language) and self.tag != self.original_language

    @property
    def codes(self) -> languages.Codes:
        return languages.codes(self.tag)

    def record(self, extension: str) -> str:
        """The address of this description in a format: "bib", "ris", "json" or "xml"."""
        with override(languages.interface_for(self.tag)):
            path = reverse("catalogue:record", args=[self.slug, self.slug, self.tag, extension])
        return settings.SITE_URL + path
