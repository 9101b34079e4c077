"""How to search here, for browsers and reading programs (OpenSearch 1.1)."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.feeds import opds1
from catalogue.feeds.atom import SEARCH
from catalogue.feeds.elements import child, document, root
from catalogue.negotiation import page_address

MEDIA_TYPE = "application/opensearchdescription+xml"
LENGTHS = {"ShortName": 16, "LongName": 48, "Description": 1024}  # by the standard


def write() -> bytes:
    """The description in the page's language."""
    description = root("OpenSearchDescription", SEARCH)
    for name, text in _names().items():
        child(description, name, text[: LENGTHS[name]].rstrip())
    for media_type, relation, address in _addresses():
        child(description, "Url", type=media_type, rel=relation, template=address)
    child(description, "Contact", settings.UNIT_EMAIL)
    icon = settings.SITE_URL + static("catalogue/icon.svg")
    child(description, "Image", icon, type="image/svg+xml", height="64", width="64")
    child(description, "Language", languages.current())
    child(description, "InputEncoding", "UTF-8")
    child(description, "OutputEncoding", "UTF-8")
    return document(description)


def _names() -> dict[str, str]:
    site, treaty = languages.words(settings.SITE_NAME), languages.words(settings.TREATY_NAME)
    return {
        "ShortName": site,
        "LongName": treaty,
        "Description": _("Search the publications: %(treaty)s") % {"treaty": treaty},
    }


def _addresses():
    terms = "?q={searchTerms}"
    here = settings.SITE_URL + reverse("catalogue:opensearch")
    yield "text/html", "", page_address("catalogue:publications") + terms
    yield opds1.ACQUISITION, "", page_address("catalogue:opds-shelf") + terms
    yield (
        "application/x-suggestions+json",
        "suggestions",
        page_address("catalogue:opensearch-suggestions") + terms,
    )
    yield MEDIA_TYPE, "self", here
