"""RIS: a report, its symbol where programs look for a report's number; lines end in CRLF."""

from collections.abc import Iterator

from catalogue.records.facts import Description


def write(facts: Description) -> str:
    lines = [("TY", "RPRT"), *((tag, text) for tag, text in _fields(facts) if text), ("ER", "")]
    return "".join(f"{tag}  - {' '.join(text.split())}\r\n" for tag, text in lines)


def _fields(facts) -> Iterator[tuple[str, str]]:
    yield "ID", f"{facts.slug}-{facts.tag}"
    yield "TI", facts.title.text
    yield "AU", facts.author
    yield "PB", facts.publisher
    yield "PY", facts.year
    yield "DA", _date(facts.issued)
    yield "SN", facts.symbol
    yield "M3", facts.kind.name
    yield "T3", facts.series.name if facts.series else ""
    yield "SP", str(facts.pages or "")
    yield "LA", facts.tag
    yield "N1", f"ISBN {facts.isbn}" if facts.isbn else ""
    yield from (("KW", topic.name) for topic in facts.topics)
    yield "AB", facts.summary.text
    yield "UR", facts.landing
    yield "L1", facts.pdf.address if facts.pdf else ""


def _date(issued: str) -> str:
    """ "2015/09/11/": always three slashes, whatever is known."""
    parts = [*issued.split("-"), "", ""][:3]
    return "/".join([*parts, ""]) if issued else ""
