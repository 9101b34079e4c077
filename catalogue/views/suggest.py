"""As you type: what the words so far may lead to, for the script of the search form."""

from django.http import JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalogue import search


@require_safe
@cache_control(public=True, max_age=300)
def suggest(request):
    found = search.suggestions(request.GET.get("q", ""))
    return JsonResponse({"suggestions": [suggestion._asdict() for suggestion in found]})
