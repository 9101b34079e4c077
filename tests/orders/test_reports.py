"""The reports: every figure equals a separate account of what was done."""

import csv
import io
import statistics
from collections import Counter
from copy import deepcopy
from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from catalogue import languages
from catalogue.models import Download, Job, LanguageRequest, Meeting
from orders import changes, fulfilment, lifecycle, privacy, stock
from orders.models import Consignment, Order, OrderLine, StockLocation
from orders.reports import (
    annex,
    charts,
    choices,
    copies,
    departures,
    dispatch,
    pages,
    periods,
    shortfall,
    speed,
)
from orders.reports.choices import Choice
from orders.reports.periods import Period
from tests.builders import (
    clerk,
    make_consignment,
    make_details,
    make_edition,
    make_file,
    make_order,
    make_point,
    make_publication,
    make_state,
    parcel_for,
    part_for,
    set_wanted,
)

ZURICH = ZoneInfo("Europe/Zurich")
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
HOSTILE = "=cmd()|' /C calc'!A0"


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False
    cache.clear()


def at(month, day, hour=12):
    return time_machine.travel(datetime(2026, month, day, hour, tzinfo=ZURICH), tick=False)


class World:
    """A small year at the desk, and beside it an account kept by hand."""

    def __init__(self):
        self.left = Counter()  # (what it is told by, name) → issued, returned, walk-ups
        self.make_things()
        self.february()
        self.march()
        self.september()

    def make_things(self):
        with at(1, 5):
            self.states = {
                "CH": make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza"),
                "CI": make_state("CI", "Côte d’Ivoire", name_fr="Côte d’Ivoire", name_es="Costa"),
                "DE": make_state("DE", "Germany", name_fr="Allemagne", name_es="Alemania"),
            }
            groups = {"CH": "Western European and other States", "CI": "African States"}
            for iso2, group in (groups | {"DE": groups["CH"]}).items():
                type(self.states[iso2]).objects.filter(pk=self.states[iso2].pk).update(
                    un_group=group
                )
            self.plan = make_publication("plan", title_en="Plan", title_fr="Le plan")
            self.danger = make_publication("danger", title_en=HOSTILE)
            self.french = make_edition(self.plan, "fr", on_hand=100)
            self.three = make_edition(self.plan, "en fr es", on_hand=100)
            self.odd = make_edition(self.danger, "en", on_hand=5)
            self.meeting = Meeting.objects.create(
                code="14MSP",
                name_en="Fourteenth Meeting",
                starts_on="2026-09-14",
                ends_on="2026-09-17",
            )
            self.counter = StockLocation.objects.create(slug="hall", name_en="Hall")
            self.point = make_point(
                "Hall",
                meeting=self.meeting,
                location=self.counter,
                opens_on=date(2026, 9, 14),
                closes_on=date(2026, 9, 17),
            )

    def note(self, copies, column, **told_by):
        for what, name in told_by.items():
            self.left[what, name, column] += copies

    def february(self):
        """12 French copies to Switzerland by post, 3 of them in a parcel that comes back."""
        with at(2, 1):
            order = make_order(
                (self.french, 9), state=self.states["CH"], orderer_kind="state_party"
            )
            again = make_order(
                (self.french, 3), state=self.states["CH"], orderer_kind="state_party"
            )
            lifecycle.release(again, by=clerk())  # held as a possible duplicate
        with at(2, 4):
            make_consignment(order, "sent")
            back = make_consignment(again, "sent")
        self.sent(12, "french", month=2)
        with at(3, 2):
            fulfilment.take_back(back, by=clerk(), reason="unknown", unusable={})
        self.note(
            3,
            "returned",
            language="French",
            publication="plan",
            state="CH",
            orderer="state_party",
            delivery="post",
            meeting=None,
            month=3,
        )

    def sent(self, copies, edition, *, month):
        self.note(
            copies,
            "issued",
            language="French",
            publication="plan",
            state="CH",
            orderer="state_party",
            delivery="post",
            meeting=None,
            month=month,
        )

    def march(self):
        """8 ordered where 5 lie: 5 go by courier to Germany, 3 wait; 2 over the counter."""
        with at(3, 10):
            self.short = make_order(
                (self.odd, 8),
                state=self.states["DE"],
                orderer_kind="observer",
                delivery="courier",
                phone="+41 22 000 00 00",
            )
        with at(3, 31, 23):  # still March by the office's clock
            make_consignment(self.short, "sent")
            stock.walk_up(self.three, 2, by=clerk(), state=self.states["CI"])
        self.note(
            5,
            "issued",
            language="English",
            publication="danger",
            state="DE",
            orderer="observer",
            delivery="courier",
            meeting=None,
            month=3,
        )
        self.note(
            2,
            "walk_ups",
            language="English, French and Spanish",
            publication="plan",
            state="CI",
            orderer=None,
            delivery=None,
            meeting=None,
            month=3,
        )

    def september(self):
        """10 copies picked up at the meeting, 4 without an order from its counter."""
        with at(9, 1):
            order = make_order((self.three, 10), pick_up_point=self.point, orderer_kind="other")
            stock.transfer(
                self.french, 20, origin=stock.main_location(), destination=self.counter, by=clerk()
            )
        with at(9, 15):
            make_consignment(order, "handed_over")
            stock.walk_up(self.french, 4, by=clerk(), location=self.counter)
        self.note(
            10,
            "issued",
            language="English, French and Spanish",
            publication="plan",
            state=None,
            orderer="other",
            delivery="pick_up",
            meeting="14MSP",
            month=9,
        )
        self.note(
            4,
            "walk_ups",
            language="French",
            publication="plan",
            state=None,
            orderer=None,
            delivery=None,
            meeting="14MSP",
            month=9,
        )

    def account(self, what):
        """name → (issued, returned, walk-ups, left)."""
        names = {name for told_by, name, _column in self.left if told_by == what}
        rows = {}
        for name in names:
            issued, returned, walk_ups = (
                self.left[what, name, column] for column in ("issued", "returned", "walk_ups")
            )
            rows[name] = (issued, returned, walk_ups, issued - returned + walk_ups)
        return rows


@pytest.fixture(scope="module", autouse=True)
def year(made_once):
    with at(9, 30):
        return made_once(World)


@pytest.fixture
def world(db, year):
    with at(9, 30):
        yield deepcopy(year)


NAMES = {
    "publication": {"plan": "Plan", "danger": HOSTILE},
    "state": {"CH": "Switzerland", "CI": "Côte d’Ivoire", "DE": "Germany", None: "No State named"},
    "orderer": {
        "state_party": "State Party",
        "observer": "International organization",
        "other": "Other",
        None: "Handed out without an order",
    },
    "delivery": {
        "post": "By post",
        "courier": "By courier",
        "pick_up": "Pick-up",
        None: "Handed out without an order",
    },
    "meeting": {"14MSP": "Fourteenth Meeting", None: "Not at a meeting"},
    "month": {2: "February 2026", 3: "March 2026", 9: "September 2026"},
}
COPIES = ["language", *NAMES]


def figures(table):
    return {row.name: row.figures[:4] for row in table.rows if any(row.figures)}


@pytest.mark.parametrize("slug", COPIES)
def test_copies_equal_the_account_kept_by_hand(world, slug):
    table = pages.REPORTS[slug].make(Choice(YEAR))

    expected = {
        NAMES.get(slug, {}).get(name, name): row for name, row in world.account(slug).items()
    }
    assert figures(table) == expected
    assert table.totals[:4] == (27, 3, 6, 30)


def test_copies_by_regional_group_add_up_its_states(world):
    table = copies.by_group(Choice(YEAR))

    assert figures(table) == {
        "Western European and other States": (17, 3, 0, 14),
        "African States": (0, 0, 2, 2),
        "No State named": (10, 0, 4, 14),
    }


@pytest.mark.parametrize("slug", COPIES)
def test_quarters_add_up_to_the_year(world, slug):
    quarters = [
        Period(date(2026, month, 1), periods.next_month(date(2026, month + 2, 1)) - timedelta(1))
        for month in (1, 4, 7, 10)
    ]

    totals = [pages.REPORTS[slug].make(Choice(quarter)).totals[:4] for quarter in quarters]

    assert tuple(map(sum, zip(*totals, strict=True))) == (27, 3, 6, 30)


@pytest.mark.parametrize(
    ("narrowed", "left"),
    [
        ({"language": "fr"}, 25),
        ({"language": "es"}, 12),
        ({"group": "African States"}, 2),
        ({"group": "Western European and other States"}, 14),
    ],
)
@pytest.mark.parametrize("slug", [*COPIES, "group"])
def test_a_filter_narrows_every_table_alike(world, slug, narrowed, left):
    assert pages.REPORTS[slug].make(Choice(YEAR, **narrowed)).totals[3] == left


@pytest.mark.parametrize("slug", [*COPIES, "group"])
def test_a_meeting_or_a_title_narrows_every_table_alike(world, slug):
    make = pages.REPORTS[slug].make

    assert make(Choice(YEAR, meeting=world.meeting)).totals[3] == 14
    assert make(Choice(YEAR, publication=world.danger)).totals[3] == 5


def test_downloads_stand_beside_paper(world):
    file = make_file(world.french)
    Download.objects.create(file=file, day="2026-02-03", count=7)
    Download.objects.create(file=file, day="2026-09-03", count=2)
    Download.objects.create(file=file, day="2025-12-31", count=50)

    by_language = {row.name: row.figures[4] for row in copies.by_language(Choice(YEAR)).rows}
    by_month = [row.figures[4] for row in copies.by_month(Choice(YEAR)).rows]

    assert by_language == {"French": 7 + 2, "English, French and Spanish": 0, "English": 0}
    assert by_month == [0, 7, 0, 0, 0, 0, 0, 0, 2]
    assert copies.by_publication(Choice(YEAR)).totals[4] == 9


def test_downloads_are_left_out_where_it_is_asked_who(world):
    table = copies.by_language(Choice(YEAR, group="African States"))

    assert "PDF downloads" not in table.heads


# Unmet demand -------------------------------------------------------------------


def test_unmet_demand_by_edition(world, settings):
    settings.COPIES_PER_TITLE = 10
    with at(9, 20):
        lifecycle.cancel(make_order((world.odd, 4)), by=clerk(), reason="no longer needed")
        lifecycle.cancel(make_order((world.french, 6)), by=clerk(), reason="was on the shelf")
        make_order((world.odd, 2), status=Order.Status.EXPIRED)
    Order.objects.filter(status="expired").update(placed_at=timezone.now())

    table = shortfall.unmet(Choice(YEAR))

    [row] = table.rows
    assert row.name == f"{HOSTILE} – English"
    assert row.figures == (3, 0, 4, 0, 2)  # waiting, left out, given up, not granted, expired


def a_title_of_which_ten_were_taken_and_four_went_to_another_order(world):
    """Ten copies of an edition, lowered to six; another order took the four meanwhile."""
    scarce = make_edition(world.plan, "es", on_hand=10)
    order = make_order((scarce, 10))
    set_wanted(order, scarce, 6, by=clerk())
    make_order((scarce, 4))
    return scarce, order


def test_copies_that_a_lowered_line_released_are_given_up_when_it_waits_for_them_again(world):
    with at(9, 20):
        scarce, order = a_title_of_which_ten_were_taken_and_four_went_to_another_order(world)
        set_wanted(order, scarce, 10, by=clerk())
        lifecycle.cancel(order, by=clerk(), reason="no longer needed")

    assert given_up(scarce) == 4


def test_a_line_that_was_cancelled_and_raised_again_counts_what_it_waited_for_last(world):
    with at(9, 20):
        scarce = make_edition(world.plan, "es", on_hand=10)
        order = make_order((scarce, 10), (world.odd, 1))
        set_wanted(order, scarce, 0, by=clerk())
        make_order((scarce, 4))
        set_wanted(order, scarce, 10, by=clerk())
        lifecycle.cancel(order, by=clerk(), reason="no longer needed")

    assert given_up(scarce) == 4


def test_copies_raised_again_are_given_up_no_more(world):
    with at(9, 20):
        scarce = make_edition(world.plan, "es", on_hand=6)
        order = make_order((scarce, 10), (world.odd, 1))
        set_wanted(order, scarce, 0, by=clerk())
        before = given_up(scarce)
        stock.receive(scarce, 4, by=clerk(), reason="Reprint", key="reprint")
        set_wanted(order, scarce, 10, by=clerk())

    assert (before, given_up(scarce)) == (4, 0)


def test_copies_put_back_for_others_are_given_up_while_waiting(world):
    with at(9, 20):
        scarce = make_edition(world.plan, "es", on_hand=10)
        order = make_order((scarce, 10))
        make_order((scarce, 4))
        changes.put_back(order.lines.get(), 4, by=clerk(), reason="They need it sooner")
        order.refresh_from_db()
        lifecycle.cancel(order, by=clerk(), reason="no longer needed")

    assert given_up(scarce) == 4


def test_lines_of_before_are_filled_by_the_ledger(world):
    with at(9, 20):
        lifecycle.cancel(make_order((world.odd, 4)), by=clerk(), reason="no longer needed")
        lifecycle.cancel(make_order((world.french, 6)), by=clerk(), reason="was on the shelf")
    kept = list(OrderLine.objects.values_list("given_up", flat=True))
    OrderLine.objects.update(given_up=0)

    import_module("orders.migrations.0018_given_up").fill(apps, None)

    assert sum(kept) == 4
    assert list(OrderLine.objects.values_list("given_up", flat=True)) == kept


def given_up(edition):
    """Copies of an edition that the report calls given up while waiting."""
    of_edition = Choice(YEAR, language=edition.language)
    return shortfall.unmet(of_edition).totals[2]


def test_a_consignees_part_counts_for_the_meeting_where_it_is_picked_up(world):
    """In every table: what is waited for, how long it took, what was handed over."""
    with at(9, 15):
        scarce = make_edition(on_hand=4)
        there = part_for(scarce, 6, pick_up_point=world.point)
        order = make_order((scarce, 6), (world.french, 1), consignees=[there])
        make_order((scarce, 7), consignees=[part_for(scarce, 7)], state=world.states["DE"])
        parcel_for(order.consignees.get(), "handed_over")
    of_meeting = Choice(YEAR, meeting=world.meeting, publication=scarce.publication)

    assert shortfall.unmet(of_meeting).totals[0] == 2
    assert sum(month.left for month in speed.by_month(of_meeting).values()) == 1
    assert departures.by_meeting(of_meeting)[world.meeting.pk].issued == 4


def test_of_a_shared_order_only_the_lines_for_the_meeting_count_there(world):
    scarce = make_edition(world.plan, "es", on_hand=0)
    with at(9, 30):
        there = part_for(world.french, 1, pick_up_point=world.point)
        make_order((scarce, 6), (world.french, 1), consignees=[there])

    assert shortfall.unmet(Choice(YEAR, meeting=world.meeting, language="es")).rows == []


def test_what_was_left_out_is_told_from_what_was_given_up(world):
    with at(9, 20):
        order = lifecycle.place(
            details=make_details(),
            quantities={world.odd.pk: 6},
            language="en",
            key="left-out",
            waits={world.odd.pk: False},
        )
        lifecycle.confirm(order)

    [row] = shortfall.unmet(Choice(YEAR)).rows

    assert row.figures == (3, 6, 0, 0, 0)


def test_wishes_for_a_language_are_counted_met_or_not(world):
    for number, told in enumerate([None, timezone.now(), timezone.now()]):
        LanguageRequest.objects.create(
            publication=world.plan,
            language="ar",
            correspondence_language="en",
            email="" if told else f"r{number}@example.org",
            confirmed_at=timezone.now(),
            notified_at=told,
        )

    [row] = shortfall.requests(Choice(YEAR)).rows

    assert (row.name, row.figures) == ("Plan – Arabic", (3, 2, 1))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("slug", COPIES)
def test_lost_copies_are_told_beside_what_was_distributed(world, slug, language):
    parcel = Consignment.objects.filter(status="sent").earliest("left_at")
    copies = sum(line.quantity for line in parcel.lines.all())
    before = pages.REPORTS[slug].make(Choice(YEAR))
    with at(9, 30):
        fulfilment.lose(parcel, by=clerk(), reason="x")

    with override(language):
        table = pages.REPORTS[slug].make(Choice(YEAR))
        [told] = [note for note in table.notes if note.startswith(f"{copies} ")]

    assert told not in before.notes
    assert table.totals == before.totals
    assert departures.lost(Choice(YEAR, group="African States")) == 0


# Time ---------------------------------------------------------------------------


def test_time_to_dispatch_equals_an_independent_count(db):
    waits = [0.5, 2, 3, 3.5, 8, 21]
    with at(5, 1):
        edition = make_edition(on_hand=500)
    for days in waits:
        with at(5, 2):
            order = make_order((edition, 1))
        with time_machine.travel(
            datetime(2026, 5, 2, 12, tzinfo=ZURICH) + timedelta(days), tick=False
        ):
            make_consignment(order, "sent")
    with at(5, 20):
        late = make_order((edition, 1))
        lifecycle.cancel(make_order((edition, 1)))

    choice = Choice(YEAR)
    may = dispatch.time_to_dispatch(choice).rows[4].figures

    assert may[:5] == (8, 6, 0, 1, 1)  # accepted, left, unfinished, nothing left, ended
    assert may[5] == statistics.median(waits)
    assert may[6] == 21
    assert [order.number for order in speed.oldest_open(choice)] == [late.number]


def test_a_second_parcel_does_not_make_an_order_slower(world):
    with at(4, 10):
        stock.receive(world.odd, 3, by=clerk())
        make_consignment(Order.objects.get(pk=world.short.pk), "sent")

    march = dispatch.time_to_dispatch(Choice(YEAR)).rows[2].figures

    assert march[:3] == (1, 1, 0)
    assert march[5] == 21.4  # 10 March 12:00 to 31 March 23:00, an hour lost to summer time


def test_an_order_of_which_copies_are_still_to_come_is_told_apart(world):
    march = dispatch.time_to_dispatch(Choice(YEAR)).rows[2].figures

    assert march[:5] == (1, 1, 1, 0, 0)


# Nothing personal ---------------------------------------------------------------


def everything():
    return {slug: report.make(Choice(YEAR)) for slug, report in pages.REPORTS.items()}


def shown(found):
    return {slug: (table.rows, table.totals) for slug, table in found.items()}


def test_erasing_people_changes_no_figure(world):
    before = shown(everything())

    for order in Order.objects.ended():
        privacy.erase(order)
    cache.clear()

    assert Order.objects.exclude(erased_at=None).count() == 3
    assert shown(everything()) == before


@pytest.mark.parametrize("slug", pages.REPORTS)
def test_no_report_names_a_person(admin_client, world, slug):
    Order.objects.update(name="MARKED PERSON", organisation="MARKED HOUSE", email="m@example.org")
    for name in ("desk:report", "desk:report-csv"):
        text = admin_client.get(reverse(name, args=[slug])).content.decode()

        assert "MARKED" not in text
        assert "m@example.org" not in text


# Languages ----------------------------------------------------------------------

IN_ORDER = {
    "en": ["Côte d’Ivoire", "Germany", "Switzerland", "No State named"],
    "fr": ["Allemagne", "Côte d’Ivoire", "Suisse"],
    "es": ["Alemania", "Costa", "Suiza"],
}


@pytest.mark.parametrize("language", IN_ORDER)
def test_states_are_named_and_sorted_in_the_readers_language(world, language):
    with override(language):
        names = [row.name for row in copies.by_state(Choice(YEAR)).rows]

    assert names[: len(IN_ORDER[language])] == IN_ORDER[language]


def test_a_title_known_only_in_another_language_says_so(world):
    with override("fr"):
        rows = {row.name: row.language for row in copies.by_publication(Choice(YEAR)).rows}

    assert rows == {"Le plan": "", HOSTILE: "en"}


@pytest.mark.parametrize("language", languages.interface_languages())
@pytest.mark.parametrize("slug", pages.REPORTS)
def test_every_report_opens_in_every_language(admin_client, world, slug, language):
    with override(language):
        answer = admin_client.get(reverse("desk:report", args=[slug]), {"period": "this-year"})

    assert answer.status_code == 200
    assert "style=" not in answer.text


# Periods ------------------------------------------------------------------------


def test_short_names_of_periods(db):
    Meeting.objects.create(code="13MSP", name_en="x", starts_on="2025-09-01", ends_on="2025-09-05")
    Meeting.objects.create(
        code="intersessional", name_en="y", starts_on="2026-04-01", ends_on="2026-04-02"
    )
    with at(5, 20):
        assert periods.preset("this-year") == Period(date(2026, 1, 1), date(2026, 5, 20))
        assert periods.preset("last-year") == Period(date(2025, 1, 1), date(2025, 12, 31))
        assert periods.preset("last-quarter") == Period(date(2026, 1, 1), date(2026, 3, 31))
        assert periods.preset("since-meeting") == Period(date(2025, 9, 6), date(2026, 5, 20))


def test_everything_so_far_begins_with_the_first_movement(world):
    assert choices.named("everything") == Period(date(2026, 1, 5), date(2026, 9, 30))


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-09-01", "to": "2026-01-01"},
        {"from": "yesterday"},
        {"from": "0001-01-01"},
        {"language": "xx"},
        {"publication": "' OR 1=1"},
        {"meeting": "\x00"},
    ],
)
def test_a_mistake_stands_beside_its_field(admin_client, world, query):
    answer = admin_client.get(reverse("desk:reports"), query)

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert 'class="errorlist"' in answer.text
        assert (
            admin_client.get(reverse("desk:report-csv", args=["state"]), query).status_code == 302
        )


def test_a_report_that_does_not_exist_is_not_found(admin_client):
    assert admin_client.get("/en/desk/reports/nonsense/").status_code == 404


@pytest.mark.parametrize("slug", pages.REPORTS)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"meeting": "14MSP", "language": "fr", "period": "this-year"},
        {"language": "fr", "period": "everything"},
        {"publication": "plan", "period": "everything"},
        {"group": "African States", "language": "fr", "period": "everything"},
    ],
    ids=["plain", "meeting", "language", "publication", "group"],
)
def test_a_report_asks_few_questions(
    admin_client, world, django_assert_max_num_queries, slug, query
):
    for tag in ("de", "ar", "lo") if query else ():
        stock.walk_up(make_edition(None, tag, on_hand=9), 1, by=clerk())

    with django_assert_max_num_queries(12):
        admin_client.get(reverse("desk:report", args=[slug]), query)


# Files --------------------------------------------------------------------------


@pytest.mark.parametrize("slug", pages.REPORTS)
def test_the_csv_holds_the_figures_of_the_page(admin_client, world, slug):
    answer = admin_client.get(reverse("desk:report-csv", args=[slug]))

    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows, total = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    table = pages.REPORTS[slug].make(Choice(periods.preset("this-year")))
    assert head == list(table.heads)
    assert [row[1:] for row in rows] == [
        ["" if figure is None else str(figure) for figure in row.figures] for row in table.rows
    ]
    assert total[0] == "Total"
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("slug", pages.REPORTS)
def test_the_workbook_holds_real_figures_and_no_formula(admin_client, world, slug):
    answer = admin_client.get(reverse("desk:report-xlsx", args=[slug]))

    book = load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(str(cell.value).startswith("=") for cell in cells)
    table = pages.REPORTS[slug].make(Choice(periods.preset("this-year")))
    last = [cell.value for cell in list(book.worksheets[0].iter_rows())[-1]]
    assert last == ["Total", *table.totals]


# Charts -------------------------------------------------------------------------


@pytest.mark.parametrize("slug", pages.REPORTS)
def test_a_chart_is_drawn_without_style_or_script(world, slug):
    from xml.etree import ElementTree

    drawing = charts.chart(pages.REPORTS[slug].make(Choice(YEAR)))

    if drawing:
        root = ElementTree.fromstring(drawing)
        assert root.find("{http://www.w3.org/2000/svg}title").text
        assert "style" not in drawing
        assert "script" not in drawing


def test_small_rows_of_a_chart_are_summed(db):
    for number in range(20):
        stock.walk_up(make_edition(on_hand=50), number + 1, by=clerk())

    today = timezone.localdate()
    drawing = charts.chart(copies.by_publication(Choice(Period(today, today))))

    assert drawing.count('font-weight="600"') == charts.MOST
    assert "9 others" in drawing


# The annex ----------------------------------------------------------------------


@pytest.mark.parametrize("language", languages.interface_languages())
def test_the_annex_is_a_tagged_pdf_in_its_language(world, tmp_path, language):
    told = []
    with override(language):
        outcome = annex.make(tmp_path, "annex.pdf", YEAR, lambda *step: told.append(step))

    with pikepdf.open(tmp_path / outcome["file"]) as pdf:
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
    assert told[-1] == (len(annex.PARTS) + 1, len(annex.PARTS) + 1)


def test_the_annex_sums_who_is_no_state_party(world):
    world.states["DE"].status = "signatory"
    world.states["DE"].save()

    rows = {row.name: row.figures[3] for row in copies.by_state_party(Choice(YEAR)).rows}

    assert rows == {
        "Côte d’Ivoire": 2,
        "Switzerland": 9,
        "Other States, organizations and persons": 5 + 10 + 4,
    }


def test_an_annex_is_begun_for_each_language_chosen(admin_client, settings, db):
    settings.JOBS = "worker"
    form = {"from": "2026-01-01", "to": "2026-06-30", "languages": ["fr", "es"]}

    answer = admin_client.post(reverse("desk:make-annex"), form)

    assert answer.url == reverse("editing:jobs")
    jobs = Job.objects.order_by("language").values_list("kind", "language", "arguments")
    days = {"first": "2026-01-01", "last": "2026-06-30"}
    assert list(jobs) == [("report-annex", "es", days), ("report-annex", "fr", days)]


def test_an_annex_in_no_language_is_asked_again(admin_client, db):
    answer = admin_client.post(reverse("desk:make-annex"), {"from": "2026-01-01"})

    assert answer.status_code == 422
    assert "Choose at least one language." in answer.text
    assert 'value="2026-01-01"' in answer.text
    assert not Job.objects.exists()
