"""Which mails."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils import timezone


class MailQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None, parked_at=None)

    def due(self):
        """To be sent now: unsent, and nobody else is at it."""
        return self.unsent().filter(Q(locked_until=None) | Q(locked_until__lte=timezone.now()))

    def parked(self):
        return self.exclude(parked_at=None)

    def confirmations(self):
        """Those that anybody can have sent to anybody: they are limited."""
        return self.filter(template__in=self.model.CONFIRMATIONS)  # type: ignore[attr-defined]

    def besides(self, mail):
        """Without one mail; of another kind it is not among them."""
        return self.exclude(pk=mail.pk) if isinstance(mail, self.model) else self

    def written_since(self, moment):
        return self.filter(created_at__gt=moment)

    def addressed_to(self, address):
        """Those to an address; one that was sent may have left it to the reader's own row."""
        places = (Q(**{f"{place}__iexact": address}) for place in self.model.ADDRESSES)  # type: ignore[attr-defined]
        return self.filter(reduce(or_, places))

    def given_up_first(self):
        return self.order_by(models.F("parked_at").desc(nulls_last=True), "-pk")
