"""A process that is killed in the middle leaves nothing half done."""

import pytest
from django.db import connection

from benchmarks import kills
from orders.models import OutgoingMessage
from tests.orders import crowd


def url_of_the_test_database():
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{where['NAME']}"
    account = f"{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}"
    return f"postgresql://{account}/{where['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_people_and_postmen_who_are_killed_leave_everything_right(monkeypatch, settings, tmp_path):
    """Six times; `benchmarks/kills.py` does it more often."""
    backend = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = backend, tmp_path / "mail"
    for name, value in {
        "DATABASE_URL": url_of_the_test_database(),
        "DATA_DIR": str(tmp_path),
        "EMAIL_BACKEND": backend,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
        "SITE_URL": settings.SITE_URL,
    }.items():
        monkeypatch.setenv(name, value)
    crowd.prepare()

    killed = kills.kill_again_and_again(6)

    assert kills.compare(killed) == 0
    assert OutgoingMessage.objects.exclude(sent_at=None).exists()
