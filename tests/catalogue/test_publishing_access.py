"""Who may publish, preview, import and export: every address of it, and each role."""

import pytest
from django.urls import reverse

from catalogue.models import Job
from orders.roles import ADMINISTRATOR, EDITOR, PACKER, make_roles
from tests.builders import clerk, make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db
EDITORS, EVERYBODY = {EDITOR, ADMINISTRATOR}, {EDITOR, ADMINISTRATOR, PACKER}
PAGES = {
    "admin:catalogue_publication_publish": EDITORS,
    "admin:catalogue_publication_withdraw": EDITORS,
    "admin:catalogue_publication_export": EVERYBODY,
    "admin:catalogue_edition_publish": EDITORS,
    "admin:catalogue_edition_withdraw": EDITORS,
    "editing:preview": EVERYBODY,
    "editing:file": EVERYBODY,
    "editing:import": EDITORS,
    "editing:import-template": EDITORS,
    "editing:import-preview": EDITORS,
    "editing:import-result": EDITORS,
    "editing:pdfs": EDITORS,
    "editing:pdfs-preview": EDITORS,
    "editing:pdfs-result": EDITORS,
    "editing:export": EVERYBODY,
}
BUTTONS = ["editing:import-again", "editing:import-write", "editing:pdfs-keep"]


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def addresses():
    """Where each page is, in a world with one of everything."""
    publication = make_publication("plan")
    kept = make_file(make_edition(publication))
    row = {"name": "t.csv", "remarks": [], "unknown": {}, "new_words": {}, "unknown_columns": []}
    counts = {"counts": {"new": 0, "changed": 0, "unchanged": 0, "refused": 0}}
    outcome = row | counts | {"create": [], "rows": [], "columns": []}
    jobs = {}
    for kind in ("import-check", "import", "pdfs-check", "pdfs"):
        done = {"status": "done", "finished_at": publication.changed_at, "language": "en"}
        jobs[kind] = [Job.objects.create(kind=kind, outcome=outcome, arguments={}, **done).pk]
    args = {
        "admin:catalogue_publication_publish": [publication.pk],
        "admin:catalogue_publication_withdraw": [publication.pk],
        "admin:catalogue_edition_publish": [kept.edition.pk],
        "admin:catalogue_edition_withdraw": [kept.edition.pk],
        "editing:preview": ["plan"],
        "editing:file": [kept.pk],
        "editing:import-preview": jobs["import-check"],
        "editing:import-result": jobs["import"],
        "editing:import-again": jobs["import-check"],
        "editing:import-write": jobs["import-check"],
        "editing:pdfs-preview": jobs["pdfs-check"],
        "editing:pdfs-keep": jobs["pdfs-check"],
        "editing:pdfs-result": jobs["pdfs"],
    }
    return {name: reverse(name, args=args.get(name)) for name in [*PAGES, *BUTTONS]}


@pytest.mark.parametrize("role", [EDITOR, PACKER, ADMINISTRATOR])
def test_a_role_opens_what_it_may(client, addresses, role):
    groups = {group.name: group for group in make_roles()}
    user = clerk(role, is_superuser=False)
    user.groups.add(groups[role])
    client.force_login(user)

    answers = {name: client.get(addresses[name]) for name in PAGES}

    opened = {name for name, answer in answers.items() if answer.status_code == 200}
    assert opened == {name for name, roles in PAGES.items() if role in roles}
    refused = {answers[name].status_code for name in PAGES.keys() - opened}
    assert refused <= {403}
    assert all("no-store" in answers[name].headers["Cache-Control"] for name in opened)
    answers["editing:file"].close()


def test_a_stranger_is_asked_to_sign_in_everywhere(client, addresses):
    for name in PAGES:
        answer = client.get(addresses[name])
        assert (name, answer.status_code) == (name, 302)
        assert "/accounts/login/" in answer.url or "/admin/login/" in answer.url


def test_buttons_are_not_pressed_by_opening_their_address(admin_client, client, addresses):
    for name in BUTTONS:
        assert admin_client.get(addresses[name]).status_code == 405
        client.logout()
        assert client.post(addresses[name]).status_code == 302


def test_a_packer_presses_none_of_the_buttons(client, addresses):
    groups = {group.name: group for group in make_roles()}
    user = clerk("packer", is_superuser=False)
    user.groups.add(groups[PACKER])
    client.force_login(user)
    buttons = BUTTONS + [name for name in PAGES if name.endswith(("_publish", "_withdraw"))]

    assert {client.post(addresses[name], {"_publish": ""}).status_code for name in buttons} == {403}


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_page_opens_in_every_language_without_inline_code(admin_client, addresses, language):
    for name in PAGES.keys() - {"editing:file", "editing:import-template"}:
        answer = admin_client.get(addresses[name].replace("/en/", f"/{language}/", 1))
        assert (name, answer.status_code) == (name, 200)
        if not answer.streaming:
            assert "<script>" not in answer.text
            assert 'style="' not in answer.text
