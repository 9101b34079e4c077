"""Links for machines in the header of a landing page (https://signposting.org/FAIR/)."""

from collections.abc import Iterator

from catalogue.records.facts import Description
from catalogue.records.formats import FORMATS

LINKSET = "linkset"  # the extension of its address


def sign(response, facts: Description | None) -> None:
    """Say in the header where the lasting address, the files and the records are."""
    if facts:
        whole = f'<{facts.record(LINKSET)}>; rel="linkset"; type="application/linkset"'
        response["Link"] = ", ".join([*links(facts), whole])


def linkset(facts: Description) -> str:
    """All links of the page, of its files and of its records, in one document (RFC 9264)."""
    said = [f'{link}; anchor="{facts.landing}"' for link in links(facts)]
    said += [_back(address, "collection", facts) for _tag, address in files(facts)]
    said += [_back(facts.record(name), "describes", facts) for name in FORMATS]
    return ",\n".join(said) + "\n"


def _back(address: str, relation: str, facts: Description) -> str:
    return f'<{facts.landing}>; rel="{relation}"; type="text/html"; anchor="{address}"'


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
