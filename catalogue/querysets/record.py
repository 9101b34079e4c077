"""Which records, for harvesters."""

from django.db import models
from django.db.models import Q


class RecordQuerySet(models.QuerySet):
    """What harvesters ask for (OAI-PMH)."""

    # The sets, and the columns by which they are made: "lang:fr", "kind:report".
    SETS = {"lang": "language", "kind": "kind"}

    def in_set(self, name):
        """Those of "lang:fr", or of all that is under "lang"."""
        above, _colon, value = name.partition(":")
        if above not in self.SETS:
            return self.none()
        return self.filter(**{self.SETS[above]: value}) if value else self

    def changed(self, since=None, until=None):
        """Those that changed last in a span of time, both ends included."""
        rows = self.filter(datestamp__gte=since) if since else self
        return rows.filter(datestamp__lte=until) if until else rows

    def after(self, datestamp, pk):
        """Those that come after a record in the order in which harvesters are told of them."""
        later = Q(datestamp__gt=datestamp) | Q(datestamp=datestamp, pk__gt=pk)
        return self.filter(later, datestamp__gte=datestamp)

    def oldest_change_first(self):
        return self.order_by("datestamp", "pk")
