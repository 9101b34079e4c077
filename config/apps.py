from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "config.admin.AdminSite"

    def ready(self):
        super().ready()
        from allauth.mfa.models import Authenticator

        from config import checks  # noqa: F401  (registers them)
        from config.admin import SecondFactorAdmin

        admin.site.unregister(Authenticator)  # allauth's shows the secret
        admin.site.register(Authenticator, SecondFactorAdmin)
