"""The three roles of the secretariat's staff, as groups with permissions."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

EDITOR, PACKER, ADMINISTRATOR = "editor", "packer", "administrator"

# What each role may do, by app and first words of the permission's code name. An editor
# never meets the name of a person who ordered; a packer changes nothing in the catalogue.
ROLES = {
    EDITOR: {
        "catalogue": ("add_", "change_", "view_", "delete_"),
        "orders": ("view_stock",),
    },
    PACKER: {
        "catalogue": ("view_",),
        "orders": ("view_", "pack_order", "change_stockitem", "change_outgoingmessage"),
    },
    ADMINISTRATOR: {
        "catalogue": ("",),
        "orders": ("",),
        "auth": ("view_", "add_user", "change_user", "change_group"),
        "mfa": ("view_", "delete_"),
    },
}


def make_roles() -> list[Group]:
    """Give each role the permissions it has today; safe to repeat."""
    groups = []
    for name, apps in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(permissions(apps))
        groups.append(group)
    return groups


def permissions(apps: dict[str, tuple[str, ...]]):
    wanted = Q(pk=None)
    for app, beginnings in apps.items():
        for beginning in beginnings:
            wanted |= Q(content_type__app_label=app, codename__startswith=beginning)
    return Permission.objects.filter(wanted)
