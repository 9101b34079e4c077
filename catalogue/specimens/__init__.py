"""The specimen catalogue: real publications, described in our own words (see README.md)."""

import csv
import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def publications() -> list[dict]:
    """Every publication with its editions."""
    return _json("publications.json")


@cache
def vocabulary() -> dict[str, list[dict]]:
    """Kinds, topics, series and issuing bodies, with their names in three languages."""
    return _json("vocabulary.json")


@cache
def meetings() -> list[dict]:
    """The meetings of the Convention, in the order in which they were held."""
    return _rows("meetings.csv")


@cache
def states() -> list[dict]:
    """The States, and where they stand under the Convention."""
    return _rows("states.csv")


@cache
def words(name: str) -> dict:
    """The words of the PDFs in a language: words("fr"), words("action_plan/fr")."""
    return _json(f"words/{name}.json")


def _json(name: str):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _rows(name: str) -> list[dict]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
