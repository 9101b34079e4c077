"""The printed catalogue, for readers."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import languages, offered, transfer


@require_safe
def printed(request, tag):
    kept = offered.in_language(languages.current()) if tag == languages.current() else None
    if kept is None:
        raise Http404
    name = _("Catalogue of publications") + f" ({tag}).pdf"
    disposition = transfer.disposition("inline", name)
    return transfer.sent(request, kept, disposition, {"Content-Language": tag})
