"""Addresses of the site. The prefix alone decides a page's language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from catalogue.views import api, crawlers, oai, opds, publication, start, unapi
from config.views import security_txt

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("p/<slug:slug>", start.permanent, name="permanent"),
    path("p/<slug:slug>/qr.svg", publication.qr_code, name="qr-code"),
    re_path(r"^media/covers/([0-9a-f]{2})/([0-9a-f]{64})\.webp$", start.cover),
    re_path(r"^covers/(?P<name>[0-9a-f]{64})(?P<small>-small)?\.jpg$", opds.cover),
    path("robots.txt", crawlers.robots),
    path("sitemap.xml", crawlers.index, name="sitemap"),
    path("sitemap-pages.xml", crawlers.pages, name="sitemap-pages"),
    path("sitemap-<int:part>.xml", crawlers.publications, name="sitemap-publications"),
    path("oai", oai.harvest, name="oai"),
    path("unapi", unapi.unapi, name="unapi"),
    path("api/openapi.json", api.openapi, name="openapi"),
    path("api/publications/", api.publications, name="api-publications"),
    path("api/publications/<slug:slug>/", api.publication, name="api-publication"),
    re_path("^api/", api.nothing),
    path(".well-known/security.txt", security_txt, name="security-txt"),
]

urlpatterns += i18n_patterns(
    path("", include("catalogue.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("order/", include("orders.urls")),
    path("desk/publications/", include("catalogue.desk.urls")),
    path("desk/", include("orders.desk.urls")),
)
