"""Addresses of the site. The prefix alone decides a page's language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from catalogue import views
from config.views import security_txt

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("p/<slug:slug>", views.permanent, name="permanent"),
    re_path(r"^media/covers/([0-9a-f]{2})/([0-9a-f]{64})\.webp$", views.cover),
    path("robots.txt", views.robots),
    path(".well-known/security.txt", security_txt, name="security-txt"),
]

urlpatterns += i18n_patterns(
    path("", include("catalogue.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("order/", include("orders.urls")),
    path("desk/", include("orders.desk.urls")),
)
