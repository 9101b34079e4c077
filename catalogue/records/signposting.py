"""Links for machines in the header of a landing page (https://signposting.org/FAIR/)."""

from collections.abc import Iterator

from catalogue.records.facts import Description
from catalogue.records.formats import FORMATS


def sign(response, facts: Description | None) -> None:
    """Say in the header where the lasting address, the files and the records are."""
    if facts:
        response["Link"] = ", ".join(links(facts))


def links(facts: Description) -> Iterator[str]:
    yield f'<{facts.permanent}>; rel="cite-as"'
    yield '<https://schema.org/AboutPage>; rel="type"'
    yield f'<https://schema.org/{"Book" if facts.isbn else "Report"}>; rel="type"'
    if facts.licence:
        yield f'<{facts.licence}>; rel="license"'
    for name, form in FORMATS.items():
        yield f'<{facts.record(name)}>; rel="describedby"; type="{form.media_type}"'
    for tag, address in files(facts):
        yield f'<{address}>; rel="item"; type="application/pdf"; hreflang="{tag}"'


def files(facts: Description) -> list[tuple[str, str]]:
    """(language, address) of each PDF, the described edition's first."""
    own = [(facts.tag, facts.pdf.address)] if facts.pdf else []
    return own + [(other.tag, other.pdf) for other in facts.translations if other.pdf]
