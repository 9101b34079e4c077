"""The administration site: the same door as the desk."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.staff import has_second_factor, to_second_factor


class AdminSite(admin.AdminSite):
    """Signing in is allauth's, so that its throttle and second factor hold here too."""

    site_header = site_title = _("Administration")
    index_title = _("Administration")
    site_url = None
    enable_nav_sidebar = False
    first_apps = ["catalogue", "orders"]

    def has_permission(self, request):
        return super().has_permission(request) and has_second_factor(request)

    def login(self, request, extra_context=None):
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not super().has_permission(request):
            raise PermissionDenied
        return to_second_factor(request)

    def get_app_list(self, request, app_label=None):
        """The catalogue and the orders first, then accounts."""
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: (app["app_label"] not in self.first_apps, app["name"]))


class SecondFactorAdmin(admin.ModelAdmin):
    """Who has a second factor. A lost one is taken away here; its secret is nobody's to see."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    fields = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
