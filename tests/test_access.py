"""Every page of the desk and the administration: closed to strangers, open to the right role."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from orders import stock
from orders.desk import urls
from orders.models import OutgoingMessage
from orders.roles import ADMINISTRATOR, EDITOR, PACKER, ROLES, make_roles
from tests.builders import clerk, make_consignment, make_edition, make_order, make_point, part_for

EVERYBODY = {EDITOR, PACKER, ADMINISTRATOR}
DESK = {PACKER, ADMINISTRATOR}

# Who may open each address of the desk; what is not in here fails the test below.
PAGES = {
    "queue": EVERYBODY,  # who may not see orders is led on
    "order": DESK,
    "enter": DESK,
    "meetings": DESK,
    "meeting": DESK,
    "meeting-paper": DESK,
    "counter": DESK,
    "not-picked-up": DESK,
    "by-post": DESK,
    "add-point": {ADMINISTRATOR},
    "change-point": {ADMINISTRATOR},
    "slip": DESK,
    "label": DESK,
    "papers": DESK,
    "customs": DESK,
    "stock": EVERYBODY,
    "ledger": EVERYBODY,
    "ledger-csv": EVERYBODY,
    "promised": DESK,
    "waiting": DESK,
    "reprints": EVERYBODY,
    "count-many": DESK,
    "receive-many": DESK,
    "audit": EVERYBODY,
    "locations": {ADMINISTRATOR},
    "messages": DESK,
    "message": DESK,
    "reports": EVERYBODY,
    "report": EVERYBODY,
    "report-csv": EVERYBODY,
    "report-xlsx": EVERYBODY,
    "annex": EVERYBODY,
}
BUTTONS = {
    "customs-table": DESK,
    "pack": DESK,
    "hold": {ADMINISTRATOR},
    "release": {ADMINISTRATOR},
    "approve": {ADMINISTRATOR},
    "change": {ADMINISTRATOR},
    "decline": {ADMINISTRATOR},
    "cancel": {ADMINISTRATOR},
    "send": DESK,
    "offer": DESK,
    "hand-over": DESK,
    "close-point": {ADMINISTRATOR},
    "reopen-point": {ADMINISTRATOR},
    "remove-point": {ADMINISTRATOR},
    "undo-hand-over": DESK,
    "undo-send": DESK,
    "undo-miss": DESK,
    "undo-walk-up": DESK,
    "miss": DESK,
    "deliver": DESK,
    "unpack": DESK,
    "take-back": DESK,
    "track": DESK,
    "lose": DESK,
    "replace": DESK,
    "forward": DESK,
    "let-go": DESK,
    "note": DESK,
    "split": DESK,
    "batch": DESK,
    "confirmations": {ADMINISTRATOR},
    "meeting-act": DESK,
    "counter-walk-up": DESK,
    "edit": {ADMINISTRATOR},
    "add": {ADMINISTRATOR},
    "correct-consignee": {ADMINISTRATOR},
    "put-back": {ADMINISTRATOR},
    "stand": {ADMINISTRATOR},
    "receive": DESK,
    "walk_up": DESK,
    "count": DESK,
    "damage": DESK,
    "write_off": DESK,
    "transfer": DESK,
    "describe": DESK,
    "set-reprint": {EDITOR, ADMINISTRATOR},
    "save-counts": DESK,
    "save-receipts": DESK,
    "run-audit": DESK,
    "add-location": {ADMINISTRATOR},
    "name-location": {ADMINISTRATOR},
    "remove-location": {ADMINISTRATOR},
    "again": DESK,
    "send-confirmation": {ADMINISTRATOR},
    "lift-refusal": {ADMINISTRATOR},
    "accept": {ADMINISTRATOR},
    "expire": {ADMINISTRATOR},
    "make-annex": EVERYBODY,
}
WITH_A_FORM = {
    "enter",
    "papers",
    "add-point",
    "not-picked-up",
    "by-post",
    "change-point",
}  # pages that take what is typed on them
NAMES = sorted(PAGES | BUTTONS)


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def world(db):
    """One of everything that an address may name."""
    edition = make_edition(on_hand=20)
    order = make_order((edition, 5), consignees=[part_for(edition, 1)])
    return {
        "orders": order.number,
        "consignees": order.consignees.get().pk,
        "consignments": make_consignment(order).pk,
        "stock": edition.pk,
        "locations": stock.main_location().pk,
        "messages": OutgoingMessage.objects.last().pk,
        "meetings": make_point().pk,
        "reports": "language",
    }


def address_of(name, world):
    """Where a page or a button is, about the one thing of its kind."""
    [pattern] = [pattern for pattern in urls.urlpatterns if pattern.name == name]
    place = str(pattern.pattern).split("/")[0]
    args = [world[place]] if "<" in str(pattern.pattern) else []
    return reverse(
        f"desk:{name}", args=[*args, "desk"] if "<slug:kind>" in str(pattern.pattern) else args
    )


def visit(client, name, world):
    """Open the page, or press the button without filling in anything."""
    address = address_of(name, world)
    return client.get(address) if name in PAGES else client.post(address)


def colleague(role):
    make_roles()
    user = clerk(role, is_superuser=False)
    user.groups.add(Group.objects.get(name=role))
    return user


def test_every_address_of_the_desk_is_listed_here():
    assert sorted(pattern.name for pattern in urls.urlpatterns) == NAMES


def answers(client, names, ask):
    """What each address answers, by its name; what a button did is undone before the next."""
    found = {}
    for name in names:
        with transaction.atomic():
            found[name] = ask(client, name)
            transaction.set_rollback(True)
    return found


def statuses(client, world, names, ask=visit):
    found = answers(client, names, lambda client, name: ask(client, name, world))
    return {name: answer.status_code for name, answer in found.items()}


def test_a_stranger_is_asked_to_sign_in(client, world):
    found = answers(client, NAMES, lambda client, name: visit(client, name, world))

    door = "/en/accounts/login/?next=/en/desk/"
    assert {name: answer.status_code for name, answer in found.items()} == dict.fromkeys(NAMES, 302)
    assert [name for name, answer in found.items() if not answer.url.startswith(door)] == []


def test_who_is_no_colleague_is_refused(client, world):
    client.force_login(clerk("visitor", is_staff=False, is_superuser=True))

    assert statuses(client, world, NAMES) == dict.fromkeys(NAMES, 403)


@pytest.mark.parametrize(
    ("permission", "room"),
    [("orders.view_stockitem", "desk:stock"), ("catalogue.view_publication", "editing:parity")],
)
def test_who_may_not_see_orders_is_led_to_the_first_room_they_may_enter(
    client, db, permission, room
):
    user = clerk("editor", is_superuser=False)
    app, codename = permission.split(".")
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label=app, codename=codename)
    )
    client.force_login(user)

    answer = client.get(reverse("desk:queue"))

    assert answer.url == reverse(room)
    assert client.get(answer.url).status_code == 200


def test_a_colleague_is_refused_beside_the_menu_of_the_desk(client, world):
    client.force_login(colleague(EDITOR))

    page = client.get(address_of("order", world))

    assert page.status_code == 403
    assert 'class="desk-header"' in page.text
    assert f'href="{reverse("desk:stock")}"' in page.text


def test_a_stranger_is_refused_without_the_menu_of_the_desk(client, world):
    client.force_login(clerk("visitor", is_staff=False))

    assert "desk-header" not in client.get(address_of("order", world)).text


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may(client, world, role):
    client.force_login(colleague(role))

    found = statuses(client, world, NAMES)

    may = {name for name in NAMES if role in (PAGES | BUTTONS)[name]}
    assert {name for name, status in found.items() if status in {200, 302, 409, 422}} == may
    assert {name for name, status in found.items() if status == 403} == set(NAMES) - may


def test_nothing_of_the_desk_is_kept_in_a_cache(admin_client, world):
    found = answers(admin_client, NAMES, lambda client, name: visit(client, name, world))

    kept = {n for n, answer in found.items() if "no-store" not in answer.headers["Cache-Control"]}
    assert kept == set()


def test_a_button_is_not_pressed_by_opening_its_address(admin_client, world):
    def look(client, name, world):
        return client.get(address_of(name, world))

    assert statuses(admin_client, world, BUTTONS, look) == dict.fromkeys(BUTTONS, 405)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_address_of_a_button_opened_by_going_back_has_ways_on(client, db, caplog, language):
    with translation.override(language):
        answer = client.get(reverse("orders:add"))

        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert translation.gettext("This address only takes what a form sends") in answer.text
        assert len(caplog.records) == 1


@pytest.mark.parametrize("method", ["post", "put", "delete", "trace"])
def test_a_page_is_only_read(admin_client, world, method):
    def send(client, name, world):
        return client.generic(method.upper(), address_of(name, world))

    names = set(PAGES) - WITH_A_FORM
    assert statuses(admin_client, world, names, send) == dict.fromkeys(names, 405)


def test_without_a_second_factor_the_desk_stays_closed(client, world, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(clerk())

    found = answers(client, PAGES, lambda client, name: visit(client, name, world))

    told = {(answer.status_code, answer.url) for answer in found.values()}
    assert told == {(302, reverse("mfa_index"))}


# The administration -----------------------------------------------------------

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LISTS = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in MODELS
]
APPS_OF = {
    EDITOR: {"catalogue"},
    PACKER: {"catalogue", "orders"},
    ADMINISTRATOR: {"catalogue", "orders", "auth", "mfa"},
}


@pytest.mark.parametrize("address", ["/en/admin/", "/en/admin/login/", *LISTS])
def test_the_administration_has_the_door_of_the_desk(client, db, address):
    answer = client.get(address, follow=True)

    assert answer.redirect_chain[-1][0].startswith("/en/accounts/login/?next=/en/admin/")


@pytest.mark.parametrize("address", ["/en/admin/", *LISTS])
def test_the_administration_is_closed_without_a_second_factor(client, db, settings, address):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(clerk())

    answer = client.get(address, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("mfa_index")


def test_the_administration_refuses_who_is_no_colleague(client, db):
    client.force_login(clerk("visitor", is_staff=False))

    assert client.get("/en/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_the_lists_of_its_apps(client, db, role):
    client.force_login(colleague(role))

    found = {address: client.get(address).status_code for address in LISTS}

    seen = {address for address in LISTS if address.split("/")[3] in APPS_OF[role]}
    if role == EDITOR:
        seen |= {address for address in LISTS if "/orders/stock" in address}
    assert found == dict.fromkeys(LISTS, 403) | dict.fromkeys(seen, 200)


def test_nobody_reads_or_writes_the_secret_of_a_second_factor(admin_client, db):
    factor = Authenticator.objects.create(
        user=clerk(), type=Authenticator.Type.TOTP, data={"secret": "MARKEDSECRET"}
    )
    address = reverse("admin:mfa_authenticator_change", args=[factor.pk])

    assert "MARKEDSECRET" not in admin_client.get(address).text
    assert admin_client.post(address, {"data": "{}"}).status_code == 403
    assert admin_client.get(reverse("admin:mfa_authenticator_add")).status_code == 403


def test_the_link_to_a_new_password_leads_to_the_site_whoever_asked(client, db, settings):
    settings.SITE_URL = "https://publications.example.org"
    settings.ALLOWED_HOSTS = ["elsewhere.example.org"]
    user = clerk()
    user.set_password("a password of some length")
    user.save()

    client.post(
        reverse("account_reset_password"),
        {"email": user.email},
        headers={"host": "elsewhere.example.org"},
    )

    [message] = mail.outbox
    assert "https://publications.example.org/en/accounts/password/reset/key/" in message.body
    assert "elsewhere" not in message.subject + message.body


# Roles ------------------------------------------------------------------------


def test_roles_are_made_again_without_change(db):
    def held():
        return {group.name: set(group.permissions.all()) for group in Group.objects.all()}

    make_roles()
    first = held()
    make_roles()

    assert held() == first
    assert set(first) == EVERYBODY


def test_an_editor_may_not_see_who_ordered(db):
    user = colleague(EDITOR)

    assert not user.has_perm("orders.view_order")
    assert user.has_perm("catalogue.change_publication")


def test_a_packer_changes_nothing_in_the_catalogue(db):
    user = colleague(PACKER)

    assert not any(user.has_perm(f"catalogue.{verb}_edition") for verb in ("add", "change"))
    assert user.has_perm("orders.pack_order")
