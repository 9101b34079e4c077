"""What became of a row, in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()
WORDS = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "refused": gettext_lazy("refused"),
    "otherwise": gettext_lazy("left out"),
}


@register.filter
def row_status(name: str) -> str:
    return str(WORDS.get(name) or _("unknown"))
