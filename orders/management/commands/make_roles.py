"""Make or renew the three staff roles."""

from django.core.management.base import BaseCommand

from orders.roles import make_roles


class Command(BaseCommand):
    help = "Makes the staff roles (editor, packer, administrator) with their permissions."

    def handle(self, *args, **options):
        for group in make_roles():
            self.stdout.write(f"{group.name}: {group.permissions.count()} permissions")
