"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from config import page_cache  # noqa: E402  (it needs the settings and the apps)

application = page_cache.around(django_application)
