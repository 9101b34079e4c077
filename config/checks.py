"""What a deployment must not forget: `manage.py check --deploy` names it, each with an id."""

import datetime
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.utils import timezone

OLDEST_DJANGO = (5, 2, 19)
NO_MAIL = ("console", "dummy", "filebased", "locmem")
HERE = ("127.0.0.1", "localhost", "::1")
NOTICE = datetime.timedelta(days=30)


def site_has_an_address():
    return urlsplit(settings.SITE_URL).hostname not in HERE


def nobody_waits_for_ever_for_mail():
    return settings.EMAIL_TIMEOUT is not None


def mail_leaves_the_machine():
    return settings.EMAIL_BACKEND.split(".")[-2] not in NO_MAIL


def a_commit_survives_a_power_cut():
    return not _is_sqlite() or "synchronous=full" in _option("init_command").lower()


def a_writer_waits_its_turn():
    return not _is_sqlite() or _option("transaction_mode") == "IMMEDIATE"


def cookies_belong_to_this_host_alone():
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.BASKET_COOKIE_NAME)
    return not settings.HTTPS or all(name.startswith("__Host-") for name in names)


def django_is_mended():
    return django.VERSION[:3] >= OLDEST_DJANGO


def this_is_no_demonstration():
    return not settings.DEMO


def security_txt_is_of_use():
    left = settings.SECURITY_TXT_EXPIRES - timezone.localdate()
    return left > NOTICE


# id → what has to hold, and what to do where it does not.
RULES = {
    "desk.E001": (site_has_an_address, "Set SITE_URL: links in mails lead to this machine."),
    "desk.E002": (nobody_waits_for_ever_for_mail, "Set EMAIL_TIMEOUT to some seconds."),
    "desk.E003": (mail_leaves_the_machine, "EMAIL_BACKEND sends nothing: use the one for SMTP."),
    "desk.E004": (a_commit_survives_a_power_cut, "SQLite needs PRAGMA synchronous=FULL."),
    "desk.E005": (a_writer_waits_its_turn, "SQLite needs transaction_mode IMMEDIATE."),
    "desk.E006": (cookies_belong_to_this_host_alone, "Names of cookies must begin with __Host-."),
    "desk.E007": (django_is_mended, "Update Django: older versions have known holes."),
    "desk.E008": (this_is_no_demonstration, "Unset DEMO: it shows the secret links of orders."),
    "desk.E009": (security_txt_is_of_use, "Set SECURITY_TXT_EXPIRES to a day within a year."),
}


@register(Tags.security, deploy=True)
def deployment(**_kwargs):
    """An error for each rule that does not hold."""
    return [Error(advice, id=name) for name, (holds, advice) in RULES.items() if not holds()]


def _is_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def _option(name: str) -> str:
    return settings.DATABASES["default"].get("OPTIONS", {}).get(name, "")
