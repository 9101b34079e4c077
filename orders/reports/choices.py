"""What a report is asked about: a period, and perhaps a language, a title, a meeting, a group."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils import timezone

from catalogue.models import Edition, EditionLanguage, Meeting, Publication
from orders import stock
from orders.models import Consignee, PickUpPoint, Share, StockEntry
from orders.reports import names
from orders.reports.periods import Period, preset


@dataclass(frozen=True)
class Choice:
    """Of a meeting are copies that are picked up at one of its points, by whoever ordered or by a
    further consignee.

    Where copies left, their consignment says so. Where orders or lines are counted, one counts as a
    whole if any of it is to be picked up there: which copies of it are lacking nobody can tell.
    """

    period: Period
    language: str = ""
    publication: Publication | None = None
    meeting: Meeting | None = None
    group: str = ""

    @cached_property
    def editions(self) -> list[int] | None:
        """The editions asked about, fetched once; None for all."""
        if not self.is_of_editions:
            return None
        return list(Edition.objects.filter(self.described()).values_list("pk", flat=True))

    @property
    def is_of_editions(self) -> bool:
        return bool(self.language or self.publication)

    def described(self, edition: str = "") -> Q:
        """What the editions asked about are, for rows that have an edition or, without a column,
        for editions: where each of many orders is asked, a list of keys costs more."""
        prefix, wanted = edition and f"{edition}__", Q()
        if self.language:
            wanted &= Q(**{f"{prefix}languages__language": self.language})
        if self.publication:
            wanted &= Q(**{f"{prefix}publication": self.publication})
        return wanted

    def of_editions(self, column: str) -> Q:
        return Q() if self.editions is None else Q(**{f"{column}__in": self.editions})

    def asks_of(self, edition: int) -> bool:
        return self.editions is None or edition in self.editions

    def orders_of_meeting(self) -> Combinable:
        """What orders of the meeting are."""
        parts = Consignee.objects.filter(order=OuterRef("pk"), pick_up_point__meeting=self.meeting)
        return Q(pick_up_point__meeting=self.meeting) | Exists(parts)

    def lines_of_meeting(self) -> Combinable:
        """What lines of the meeting are: a consignee's share has to be of the line itself."""
        shares = Share.objects.filter(
            line=OuterRef("pk"), consignee__pick_up_point__meeting=self.meeting
        )
        return Q(order__pick_up_point__meeting=self.meeting) | Exists(shares)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.language or self.publication or self.meeting or self.group)

    @property
    def is_about_people(self) -> bool:
        """Whether it asks who took copies or where, which no download tells."""
        return bool(self.meeting or self.group)

    @cached_property
    def key(self) -> str:
        """The same for the same question, as long as no paper moves."""
        publication, meeting = (thing and thing.pk for thing in (self.publication, self.meeting))
        asked = (self.period, self.language, publication, meeting, self.group)
        return f"{asked} {stock.state()}"

    @property
    def group_name(self) -> str:
        return names.group(self.group)


def first_day():
    """The day of the first movement of paper; None before there is any."""
    first = StockEntry.objects.order_by("at").values_list("at", flat=True).first()
    return first and timezone.localdate(first)


def named(name: str) -> Period:
    """The period of a preset."""
    return preset(name, first_day() if name == "everything" else None)


# What can be chosen -------------------------------------------------------------


@dataclass(frozen=True)
class OnPaper:
    """What exists on paper: languages as (tag, name), publications by slug in order of title."""

    tags: list[tuple[str, str]]
    publications: dict[str, Publication]


def on_paper() -> OnPaper:
    """In one query; publications sorted by their titles in the language of the page."""
    printed = EditionLanguage.objects.filter(edition__is_printed=True)
    rows = printed.select_related("edition__publication").order_by(
        f"edition__publication__{names.key('title')}", "edition__publication"
    )
    works = {row.edition.publication.slug: row.edition.publication for row in rows}
    return OnPaper(names.languages_named({row.language for row in rows}), works)


def meetings() -> list[Meeting]:
    """All of them, the latest first; `has_points` where copies are handed over at one."""
    points = PickUpPoint.objects.filter(meeting=OuterRef("pk"))
    return list(Meeting.objects.annotate(has_points=Exists(points)))


def groups() -> list[tuple[str, str]]:
    return names.sorted_pairs((group, str(name)) for group, name in names.GROUPS.items())
