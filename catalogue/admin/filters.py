"""What the lists of the administration can be narrowed by."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.models import EditionLanguage

VISIBILITY = {
    "draft": (_("not published"), lambda _now: Q(published_at=None)),
    "scheduled": (_("scheduled"), lambda now: Q(published_at__gt=now, withdrawn_at=None)),
    "published": (_("published"), lambda now: Q(published_at__lte=now, withdrawn_at=None)),
    "withdrawn": (_("withdrawn"), lambda _now: Q(withdrawn_at__isnull=False)),
}


class VisibilityFilter(admin.SimpleListFilter):
    """Not published yet, to come out at a time, published, withdrawn."""

    title = _("visibility")
    parameter_name = "visibility"

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _rows) in VISIBILITY.items()]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        if chosen not in VISIBILITY:
            return queryset
        _label, rows = VISIBILITY[chosen]
        return queryset.filter(rows(timezone.now()))


class LanguageFilter(admin.SimpleListFilter):
    """Editions in a language."""

    title = _("language")
    parameter_name = "language"
    column = "pk"

    def lookups(self, request, model_admin):
        rows = EditionLanguage.objects.order_by().values_list("language", flat=True).distinct()
        tags = sorted(rows, key=languages.rank)
        return [(tag, languages.name(tag, languages.current())) for tag in tags]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        editions = EditionLanguage.objects.filter(language=self.value()).values("edition")
        return queryset.filter(**{f"{self.column}__in": editions}).distinct()


class EditionLanguageFilter(LanguageFilter):
    """Publications with an edition in a language."""

    title = _("language of an edition")
    column = "editions"
