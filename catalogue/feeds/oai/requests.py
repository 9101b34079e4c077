"""What a harvester asks, and whether it may: verbs, arguments, spans of time, tokens."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import QueryDict

from catalogue.models import Record

A_PAGE = 100  # records
LIFE = timedelta(days=1)  # of a token
SALT = "catalogue.oai"
DAY, SECOND = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"
FORMS = {DAY: r"\d{4}-\d\d-\d\d", SECOND: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}
SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")


class ProtocolError(Exception):
    """One of the errors of the protocol: its code, and a sentence for the harvester's keeper."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code


class Rule(NamedTuple):
    required: set[str] = set()
    optional: set[str] = set()
    has_token: bool = False


LIST = Rule({"metadataPrefix"}, {"from", "until", "set"}, has_token=True)
VERBS = {
    "Identify": Rule(),
    "ListMetadataFormats": Rule(optional={"identifier"}),
    "ListSets": Rule(has_token=True),
    "ListIdentifiers": LIST,
    "ListRecords": LIST,
    "GetRecord": Rule({"identifier", "metadataPrefix"}),
}


def read(query: QueryDict) -> dict[str, str]:
    """The arguments of a request, its verb among them; ProtocolError where they make no sense."""
    verbs = query.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise ProtocolError("badVerb", f"Say one verb of these: {', '.join(VERBS)}.")
    asked = {name: _once(query, name) for name in query}
    _check(VERBS[verbs[0]], asked.keys() - {"verb"})
    return asked


def _once(query: QueryDict, name: str) -> str:
    value, *more = query.getlist(name)
    if more:
        raise ProtocolError("badArgument", f"The argument “{name}” is given more than once.")
    return value


def _check(rule: Rule, names: set[str]) -> None:
    if rule.has_token and "resumptionToken" in names:
        if len(names) > 1:
            raise ProtocolError("badArgument", "A resumptionToken goes with no other argument.")
        return
    if unknown := names - rule.required - rule.optional:
        listed = ", ".join(sorted(unknown))
        raise ProtocolError("badArgument", f"The verb does not take: {listed}.")
    if missing := rule.required - names:
        listed = ", ".join(sorted(missing))
        raise ProtocolError("badArgument", f"The verb needs: {listed}.")


# Which records --------------------------------------------------------------


@dataclass(frozen=True)
class Selection:
    """A list that was asked for, and how far it was told."""

    verb: str
    prefix: str
    since: str | None
    until: str | None
    set: str | None
    last: str = ""  # datestamp and key of the last record that was told of
    last_pk: int = 0
    cursor: int = 0  # how many were told of
    size: int = 0  # how many there were at the beginning

    def records(self):
        rows = Record.objects.changed(*span(self.since, self.until)).oldest_change_first()
        rows = rows.in_set(self.set) if self.set else rows
        return rows.after(_moment(self.last, SECOND), self.last_pk) if self.last else rows

    def next(self, told: list[Record], size: int) -> "Selection":
        """The same list, after some more records were told of."""
        last, cursor = told[-1], self.cursor + len(told)
        stamp = utc(last.datestamp)
        return replace(self, last=stamp, last_pk=last.pk, cursor=cursor, size=size)

    def token(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)


def selection(asked: Mapping[str, str]) -> Selection:
    """The list that is asked for, or gone on with; ProtocolError where there is none such."""
    verb = asked["verb"]
    if "resumptionToken" in asked:
        return _resumed(verb, asked["resumptionToken"])
    span(since := asked.get("from"), until := asked.get("until"))
    chosen = asked.get("set")
    if chosen is not None and not SET.fullmatch(chosen):
        raise ProtocolError("badArgument", "This is not the form of a setSpec.")
    return Selection(verb, asked["metadataPrefix"], since, until, chosen)


def _resumed(verb: str, token: str) -> Selection:
    try:
        found = Selection(**signing.loads(token, salt=SALT, max_age=LIFE))
    except (signing.BadSignature, TypeError) as bad:
        raise bad_token() from bad
    if found.verb != verb:
        raise bad_token()
    return found


def bad_token() -> ProtocolError:
    return ProtocolError("badResumptionToken", "This token is not of here, or older than a day.")


# Time -----------------------------------------------------------------------


def utc(moment: datetime) -> str:
    """ "2026-11-23T12:00:00Z" """
    return moment.astimezone(UTC).strftime(SECOND)


def span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The first and the last second of a span, both included; ends may be open.

    The last second of a day is the one before midnight, in UTC.
    """
    forms = {_form(text) for text in (since, until) if text is not None}
    if len(forms) > 1 or None in forms:
        raise ProtocolError(
            "badArgument", "Write both as 2026-11-23 or both as 2026-11-23T12:00:00Z."
        )
    form = next((form for form in forms if form), SECOND)
    first = _moment(since, form) if since else None
    last = _moment(until, form) if until else None
    if last and form == DAY:
        last = datetime.combine(last, time(23, 59, 59), tzinfo=UTC)
    if first and last and first > last:
        raise ProtocolError("badArgument", "“from” is later than “until”.")
    return first, last


def _form(text: str) -> str | None:
    return next((f for f, pattern in FORMS.items() if re.fullmatch(pattern, text, re.ASCII)), None)


def _moment(text: str, form: str) -> datetime:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError as bad:
        raise ProtocolError("badArgument", "There is no such day or time.") from bad


def domain() -> str:
    """The middle of every identifier: "publications.example.org"."""
    return urlsplit(settings.SITE_URL).hostname or ""
