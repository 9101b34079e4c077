"""BibTeX: a technical report, by a body whose name stays whole in its second braces."""

from collections.abc import Iterator

from catalogue.records.facts import Description

# BibTeX counts braces even behind a backslash; TeX has its own use for the others.
SPECIAL = {"\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}"}
SPECIAL |= {"~": r"{\textasciitilde}", "^": r"{\textasciicircum}"}
SPECIAL |= {sign: f"\\{sign}" for sign in "&%$#_"}
TEX = str.maketrans(SPECIAL)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def write(facts: Description) -> str:
    fields = [f"  {name} = {value}" for name, value in _fields(facts)]
    return ",\n".join([f"@techreport{{{facts.slug}-{facts.tag}", *fields]) + "\n}\n"


def braced(text: str) -> str:
    return "{" + text + "}"


def tex(text: str) -> str:
    """Text as TeX would print it: "R&D {draft}" is r"R\\&D {\\textbraceleft}draft…"."""
    return " ".join(text.split()).translate(TEX)


def _fields(facts) -> Iterator[tuple[str, str]]:
    yield "title", braced(braced(tex(facts.title.text)))
    yield "author", braced(braced(tex(facts.author)))
    yield "institution", braced(braced(tex(facts.publisher)))
    yield from ((name, braced(value)) for name, value in _plain(facts) if value)
    if facts.issued[5:7]:
        yield "month", MONTHS[int(facts.issued[5:7]) - 1]


def _plain(facts) -> Iterator[tuple[str, str]]:
    yield "type", tex(facts.kind.name)
    yield "number", tex(facts.symbol)
    yield "year", facts.year
    yield "language", facts.codes.bibtex
    yield "series", tex(facts.series.name) if facts.series else ""
    yield "isbn", facts.isbn
    yield "url", facts.pdf.address if facts.pdf else facts.landing
    yield "keywords", ", ".join(tex(topic.name) for topic in facts.topics)
    yield "abstract", tex(facts.summary.text)
