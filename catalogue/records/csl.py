"""CSL-JSON, the words of citation processors (https://docs.citationstyles.org)."""

import json

from catalogue.records.facts import Description


def write(facts: Description) -> str:
    return json.dumps([item(facts)], ensure_ascii=False, indent=1) + "\n"


def item(facts: Description) -> dict:
    """One item; what is not known is left out."""
    said = {
        "id": f"{facts.slug}-{facts.tag}",
        "type": "report",
        "title": facts.title.text,
        "author": [{"literal": facts.author}],
        "publisher": facts.publisher,
        "issued": _date(facts.issued),
        "number": facts.symbol,
        "genre": facts.kind.name,
        "language": facts.tag,
        "ISBN": facts.isbn,
        "number-of-pages": str(facts.pages or ""),
        "collection-title": facts.series.name if facts.series else "",
        "collection-number": facts.number if facts.series else "",
        "keyword": ", ".join(topic.name for topic in facts.topics),
        "abstract": facts.summary.text,
        "URL": facts.landing,
    }
    return {name: value for name, value in said.items() if value}


def _date(issued: str) -> dict | None:
    return {"date-parts": [[int(part) for part in issued.split("-")]]} if issued else None
