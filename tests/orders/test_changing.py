"""The page of changes tells what a change means: for paper, and for who else gets a part."""

import pytest

from orders import changes, links, stock
from orders.models import Order
from tests.builders import clerk, line_of, make_edition, make_order, part_for
from tests.orders.visits import LANGUAGES, at, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]


@pytest.fixture
def edition(db):
    return make_edition(on_hand=18)


def address(order, language="en"):
    return at(language, "change", links.secret_of(order))


def change(client, order, language="en", **typed):
    """Send the page of changes as it was drawn, but for what is typed."""
    page = client.get(address(order, language))
    form = {f"copies-{row.line.edition_id}": row.copies for row in page.context["lines"]}
    form |= {"version": Order.objects.get(pk=order.pk).version, "delivery": "keep"}
    form |= {f"to{other.number}-delivery": "keep" for other in page.context["others"]}
    return client.post(address(order, language), form | typed)


# Where paper is short -----------------------------------------------------------


@pytest.mark.parametrize(("status", "left"), [("open", 16), ("unverified", 16)])
def test_each_title_says_how_many_more_are_there(client, edition, status, left):
    order = make_order((edition, 2), status=status)

    page = client.get(address(order))

    assert f"{left} more copies are left." in page.text


@pytest.mark.parametrize("status", ["open", "unverified"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_more_than_there_is_is_told_before_it_is_saved(client, edition, status, language):
    order = make_order((edition, 2), status=status)
    more = {f"copies-{edition.pk}": 45}

    told = change(client, order, language, **more)
    before = line_of(order).requested
    shortage = told.context["shortage"]
    saved = change(client, order, language, shortage=shortage, **more)

    [row] = told.context["lines"]
    assert (row.there, row.later, before) == (18, 27, 2)
    only = said(language, "If you want only what is left, write %(number)s.", number=18)
    assert only in told.text
    assert saved.url.endswith("?done=changed")
    assert line_of(order).requested == 45


def test_what_is_there_is_told_anew_where_it_has_become_less(client, edition):
    order = make_order((edition, 2))
    more = {f"copies-{edition.pk}": 45}
    shortage = change(client, order, **more).context["shortage"]
    make_order((edition, 10))

    told = change(client, order, shortage=shortage, **more)

    [row] = told.context["lines"]
    assert (row.there, row.later) == (8, 37)
    assert line_of(order).requested == 2


@pytest.mark.parametrize("copies", [1, 2, 18])
def test_nothing_is_asked_where_all_is_there(client, edition, copies):
    order = make_order((edition, 2))

    change(client, order, **{f"copies-{edition.pk}": copies})

    assert line_of(order).requested == copies


def test_nothing_is_asked_where_an_order_that_waits_asks_for_no_more(client, edition):
    order = make_order((edition, 30))

    change(client, order, **{f"copies-{edition.pk}": 25})

    assert (line_of(order).requested, line_of(order).backordered) == (25, 7)


def test_only_copies_that_need_no_decision_are_said_to_come(client, edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 20
    order = make_order((edition, 2), purpose="A seminar")

    [row] = change(client, order, **{f"copies-{edition.pk}": 45}).context["lines"]

    assert (row.granted, row.there, row.later) == (20, 18, 2)


def test_who_does_not_wait_reads_what_is_left_out(client, edition):
    order = make_order((edition, 2), waits={edition.pk: False})

    told = change(client, order, **{f"copies-{edition.pk}": 20})

    assert "2 are left out, as you chose." in told.text


def test_what_is_told_is_what_becomes_of_it(client, edition):
    order = make_order((edition, 2))
    more = {f"copies-{edition.pk}": 45}
    told = change(client, order, **more)
    [row] = told.context["lines"]

    change(client, order, shortage=told.context["shortage"], **more)

    line = line_of(order)
    assert (line.allocated, line.backordered) == (row.there, row.later)


# Who else gets a part -----------------------------------------------------------


def parts(order):
    return [sum(share.quantity for share in other.shares.all()) for other in order.consignees.all()]


@pytest.mark.parametrize("status", ["open", "unverified"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_gets_less_without_a_word(client, edition, status, language):
    order = make_order((edition, 15), consignees=[part_for(edition, 10)], status=status)

    page = change(client, order, language, **{f"copies-{edition.pk}": 5})

    [other] = page.context["others"]
    sentence = "You order %(copies)s of this title: consignees cannot get more."
    assert dict(other.errors) == {f"copies-{edition.pk}": [said(language, sentence, copies=5)]}
    assert (line_of(order).wanted, parts(order)) == (15, [10])


@pytest.mark.parametrize("status", ["open", "unverified"])
def test_the_orderer_says_who_gets_how_many(client, edition, status):
    some = [part_for(edition, 5), part_for(edition, 4)]
    order = make_order((edition, 15), consignees=some, status=status)
    name = f"copies-{edition.pk}"

    change(client, order, **{name: 8, f"to1-{name}": 6, f"to2-{name}": 0})

    assert (line_of(order).wanted, parts(order)) == (8, [6, 0])


def test_a_title_that_a_consignee_had_none_of_can_be_given_to_them(client, edition):
    other = make_edition(on_hand=5)
    order = make_order((edition, 5), (other, 3), consignees=[part_for(edition, 5)])

    change(client, order, **{f"to1-copies-{other.pk}": 2})

    assert parts(order) == [7]


def test_a_title_is_dropped_together_with_its_parts(client, edition):
    other = make_edition(on_hand=5)
    order = make_order(
        (edition, 5), (other, 3), consignees=[part_for(edition, 5)], status="unverified"
    )
    name = f"copies-{edition.pk}"

    change(client, order, **{name: 0, f"to1-{name}": 0})

    assert [line.edition for line in order.lines.all()] == [other]
    assert parts(order) == [0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_how_much_of_a_title_is_for_others(client, edition, language):
    order = make_order((edition, 15), consignees=[part_for(edition, 5), part_for(edition, 4)])

    page = client.get(address(order, language))

    [row] = page.context["lines"]
    values = [[field.value() for _line, field, _had in o.rows] for o in page.context["others"]]
    assert (row.shared, values) == (9, [[5], [4]])


def test_mistakes_of_two_forms_are_told_apart(client, edition):
    order = make_order((edition, 15), consignees=[part_for(edition, 5)])

    page = change(client, order, **{"delivery": "", "to1-delivery": ""})

    summary = page.text.partition('class="error-summary"')[2].partition("</section>")[0]
    assert ">Delivery method: " in summary
    assert ">Consignee 1, Delivery method: " in summary


def test_a_mistake_in_copies_names_the_title(client, edition):
    order = make_order((edition, 15), consignees=[part_for(edition, 5)])

    page = change(client, order, **{f"to1-copies-{edition.pk}": "x"})

    assert f">Consignee 1, {edition}: " in page.text


@pytest.mark.parametrize("version", ["", "x", "1.5"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_comes_back_without_its_version_is_told_so(client, edition, language, version):
    order = make_order((edition, 5))

    page = change(client, order, language, version=version)

    sentence = "This page did not come back as it was sent. Open it again, then type it once more."
    summary = page.text.partition('class="error-summary"')[2].partition("</section>")[0]
    assert f"<li>{said(language, sentence)}</li>" in summary


# Two windows ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_page_shows_beside_what_was_typed_what_the_order_says_now(client, edition, language):
    order = make_order((edition, 10), consignees=[part_for(edition, 4)])
    name, old = f"copies-{edition.pk}", order.version
    changes.change(
        order,
        quantities={edition.pk: 12},
        details={"needed_by": None},
        consignees={order.consignees.get().pk: {"quantities": {edition.pk: 7}}},
        version=old,
    )

    typed = {name: 11, f"to1-{name}": 3, "needed_by": "2027-03-31"}
    page = change(client, order, language, version=old, **typed)

    for now in (12, 7):
        assert said(language, "The order says now: %(now)s.", now=now) in page.text
    assert said(language, "The order says nothing here now.") in page.text
    assert (line_of(order).wanted, parts(order)) == (12, [7])


def test_an_old_page_says_nothing_of_what_is_the_same(client, edition):
    order = make_order((edition, 10))

    page = change(client, order, version=order.version - 1)

    assert "This order has changed since you opened this page." in page.text
    assert 'class="forecast warning now"' not in page.text


def test_a_title_that_came_in_meanwhile_stays_as_it_is(client, edition):
    order = make_order((edition, 5))
    other = make_edition(on_hand=5)
    stale = {f"copies-{edition.pk}": 6, "delivery": "keep", "version": order.version}
    changes.add(order, quantities={other.pk: 2}, version=order.version, by=clerk())

    page = client.post(address(order), stale)
    page = client.post(address(order), stale | {"version": order.version + 1})

    assert page.url.endswith("?done=changed")
    assert [line.wanted for line in order.lines.all()] == [6, 2]
    assert stock.balance(other).allocated == 2
