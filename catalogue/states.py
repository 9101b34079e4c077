"""Where a publication or an edition stands with its readers, in one word and in a sentence."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import formats
from catalogue.models import Edition, Publication

OUT = {"published", "withdrawn"}  # once out, never a draft again


class State(NamedTuple):
    """`code` is draft, translation, waiting, scheduled, published or withdrawn."""

    code: str
    sentence: str

    @property
    def is_open(self) -> bool:
        """Whether readers have not had it yet, so that it can be published or scheduled."""
        return self.code not in OUT

    @property
    def is_scheduled(self) -> bool:
        return self.code == "scheduled"


def state(thing: Publication | Edition) -> State:
    """Worked out from what was fetched; of an edition also its publication's columns."""
    if thing.withdrawn_at:
        return State("withdrawn", _("withdrawn on %(date)s") % {"date": _day(thing.withdrawn_at)})
    if not thing.published_at:
        return _unpublished(thing)
    if isinstance(thing, Edition) and not is_out(thing.publication):
        return _waiting(thing)
    return _by_the_clock(thing.published_at)


def is_out(thing: Publication | Edition) -> bool:
    """Whether the clock has let it out, even if it was withdrawn since."""
    return thing.published_at is not None and thing.published_at <= timezone.now()


def _unpublished(thing) -> State:
    if not isinstance(thing, Edition) or thing.stage != Edition.Stage.TRANSLATION:
        return State("draft", _("not published"))
    if not thing.expected_on:
        return State("translation", _("in translation"))
    day = formats.short_date(thing.expected_on)
    return State("translation", _("in translation, expected on %(date)s") % {"date": day})


def _waiting(edition) -> State:
    """An edition that is let out shows only with its publication."""
    later = edition.publication.published_at
    if later is None:
        return State("waiting", _("comes out with its publication"))
    return _scheduled(max(edition.published_at, later))


def _by_the_clock(at: datetime) -> State:
    if at > timezone.now():
        return _scheduled(at)
    return State("published", _("public since %(date)s") % {"date": _day(at)})


def _scheduled(at: datetime) -> State:
    sentence = _("comes out on %(moment)s") % {"moment": formats.moment(at)}
    return State("scheduled", sentence)


def _day(at: datetime) -> str:
    return formats.short_date(timezone.localtime(at).date())
