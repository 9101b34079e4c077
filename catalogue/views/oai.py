"""Where harvesters come in."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from catalogue.feeds import oai
from catalogue.negotiation import same_in_every_language


@csrf_exempt  # a harvester may POST its question; nothing is changed by it
@require_http_methods(["GET", "HEAD", "POST"])
@same_in_every_language
@gzip_page
def harvest(request):
    """Any request has an answer of the protocol, with the status 200."""
    query = request.POST if request.method == "POST" else request.GET
    with override(settings.LANGUAGE_CODE):
        content = oai.answer(query)
    response = HttpResponse(content, content_type="text/xml; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
