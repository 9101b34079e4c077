"""The parity board for everybody: which publication exists in which language."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue import languages
from catalogue.negotiation import page_address, shared
from catalogue.parity.board import FEW
from catalogue.parity.page import page

WANTED = 8


@require_safe
@shared
def parity(request):
    """Of fewer than five readers who wait for a translation nothing is said."""
    alternates = [
        (code, page_address("catalogue:parity", language=code))
        for code in languages.interface_languages()
    ]
    context = {"canonical": page_address("catalogue:parity"), "alternates": alternates}
    shown = page(request.GET, least=FEW, wanted=WANTED)
    return render(request, "catalogue/parity.html", context | shown)
