"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from config import page_cache  # noqa: E402  (it needs the settings and the apps)


def answer_head_briefly(inner):
    """Around an application: HEAD gets the headers, and no body that the server would drop."""

    def answer(environ, start_response):
        response = inner(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return response
        if hasattr(response, "close"):
            response.close()
        return []

    return answer


application = answer_head_briefly(page_cache.around(django_application))
