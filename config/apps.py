from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "config.admin.AdminSite"

    def ready(self):
        super().ready()
        from config import checks  # noqa: F401  (registers them)
