"""A line of the table into a plan: what would be written, or why it is refused."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import formats, languages, states
from catalogue.importing.cells import NOW
from catalogue.importing.columns import Column
from catalogue.importing.known import RELATIONS, Known, digits_of, slug_from
from catalogue.importing.layout import Layout, blocks
from catalogue.importing.reading import Line, tidy
from catalogue.models import Edition, Publication

BATCH = 250  # rows that are looked up together
NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
STATUSES = (NEW, CHANGED, UNCHANGED, REFUSED)
NOT_CHECKED = {"title", "title_key", "summary", "kind", "series", "issuing_body", "meeting"}
NOT_CHECKED |= {"replaces", "corrects", "publication", "supersedes"}
NOT_CHECKED |= {"published_at", "withdrawn_at"}  # may still be “now”


@dataclass
class Plan:
    """What one line would do. `changes` and `errors` are (column, …) in the table's words."""

    number: int
    publication: Any  # with what is wanted of it, see `prepared`
    is_new: bool
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    new_editions: list[Edition] = field(default_factory=list)
    changed_editions: list[Edition] = field(default_factory=list)
    touches_publication: bool = False

    @property
    def status(self) -> str:
        if self.errors:
            return REFUSED
        if self.is_new:
            return NEW
        return CHANGED if self.changes else UNCHANGED

    @property
    def digest(self) -> str:
        """The same for as long as the line would do the same."""
        said = json.dumps([self.status, self.publication.slug, self.changes])
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


class Planner:
    """Plans the lines of one table, in order."""

    def __init__(self, names: list[str], known: Known):
        self.layout, self.known = Layout(names), known
        self.seen: dict[str, int] = {}  # short name: row
        self.isbns: dict[str, int] = {}

    def announce(self, lines: Iterable[Line]) -> None:
        """Know all short names and symbols first: a row may replace a later one."""
        for line in lines:
            slug, symbol = (line.cells.get(name, "") for name in ("slug", "symbol"))
            self.known.announce(slug or self._slug_by_symbol(symbol), symbol)

    def _slug_by_symbol(self, symbol: str) -> str:
        return self.known.symbols.get(symbol, "")

    def plans(self, lines: list[Line]) -> Iterator[Plan]:
        for start in range(0, len(lines), BATCH):
            batch = lines[start : start + BATCH]
            existing = fetched(self._pks(batch))
            for line in batch:
                yield self._plan(line, existing)

    # Which publication ------------------------------------------------------

    def _pks(self, lines) -> list[int]:
        slugs = [self._named(line.cells) for line in lines]
        return [pk for pk in map(self.known.slugs.get, slugs) if pk]

    def _named(self, cells) -> str:
        """The short name of the publication that a line is about; "" for one without any yet."""
        if slug := cells.get("slug"):
            return slug
        if symbol := cells.get("symbol"):
            return self.known.symbols.get(symbol, "")
        return self._by_title(cells)

    def _by_title(self, cells) -> str:
        title = self._title(cells)
        return slug_from(title) if title else ""

    def _title(self, cells) -> str:
        titles = [cells.get(f"title_{code}", "") for code in languages.preference("en")]
        return next((title for title in titles if title), "")

    # One line ---------------------------------------------------------------

    def _plan(self, line: Line, existing: dict[str, Any]) -> Plan:
        slug = self._named(line.cells)
        publication = existing.get(slug)
        if publication and not self._is_meant(publication, line.cells):
            publication, slug = None, ""
        is_new = publication is None
        publication = publication or _empty_publication()
        plan = Plan(line.number, publication, is_new)
        plan.errors += [(name, sentence) for name, sentence in line.problems.items()]
        plan.touches_publication = bool(self._fill(plan, line, "", publication)) or is_new
        if is_new and not publication.slug:
            publication.slug = slug or self.known.free_slug(self._title(line.cells))
        if is_new:
            plan.changes.insert(0, ("slug", "", publication.slug))
        self._editions(plan, line)
        self._check(plan, line)
        if not plan.errors:
            self._remember(plan)
        return plan

    def _is_meant(self, publication, cells) -> bool:
        """One found by nothing but its title has to have the same title."""
        if cells.get("slug") or cells.get("symbol"):
            return True
        wanted = languages.fold(self._title(cells))
        codes = languages.interface_languages()
        return wanted in {languages.fold(getattr(publication, f"title_{c}") or "") for c in codes}

    def _fill(self, plan: Plan, line: Line, block: str, row) -> list[str]:
        """Put a line's cells of one block into a row; the names of the columns that changed."""
        changed = []
        for name, (column, of_block) in self.layout.columns.items():
            if of_block != block or name not in line.cells:
                continue
            if row.pk and line.cells[name] == tidy(column.text_of(row)):
                continue  # just as it was exported
            try:
                value = column.read(line.cells[name], self.known)
                if self._put(plan, name, column, row, value):
                    changed.append(name)
            except ValidationError as error:
                plan.errors.append((name, " ".join(error.messages)))
        return changed

    def _put(self, plan, name: str, column: Column, row, value) -> bool:
        if column.attribute in ("published_at", "withdrawn_at") and _is_set(row, column, value):
            return False
        old, new = column.text_of(row), column.show(value)
        if old == new:
            return False
        _require_allowed(row, column, value)
        column.put_into(row, value)
        if not (name == "slug" and plan.is_new):
            plan.changes.append((name, old if row.pk else "", new))
        return True

    def _editions(self, plan: Plan, line: Line) -> None:
        used = {block for name, (_c, block) in self.layout.columns.items() if name in line.cells}
        free = dict(plan.publication.wanted_blocks)
        for block in sorted(used - {""}):
            edition = _taken(free, block, line)
            row = edition or _empty_edition(plan.publication, block)
            changed = self._fill(plan, line, block, row)
            if edition is None:
                plan.new_editions.append(row)
                _publish_along(plan, row, line, block)
                _say_new(plan, row)
            elif changed:
                plan.changed_editions.append(row)

    # What must hold ---------------------------------------------------------

    def _check(self, plan: Plan, line: Line) -> None:
        self._require_once(plan, line)
        self._require_complete(plan)
        self._require_own_symbol(plan)
        self._require_sound(plan)
        self._require_no_circle(plan)

    def _require_once(self, plan, line) -> None:
        if first := self.seen.get(plan.publication.slug):
            plan.errors.append(
                ("slug", _("Row %(row)s is about the same publication.") % {"row": first})
            )
        else:
            self.seen[plan.publication.slug] = line.number

    def _require_complete(self, plan) -> None:
        publication = plan.publication
        wrong = {name for name, _sentence in plan.errors}
        if not getattr(publication, "kind", None) and "kind" not in wrong:
            plan.errors.append(("kind", _("A new publication needs a kind.")))
        if not languages.translated(publication, "title")[0]:
            plan.errors.append(("title_en", _("Give the title in at least one language.")))
        for row in [publication, *plan.new_editions, *plan.changed_editions]:
            if row.withdrawn_at and not row.published_at:
                plan.errors.append(
                    ("withdrawn", _("Only what was published can be withdrawn: say since when."))
                )
            if isinstance(row, Edition) and row.stage == "translation" and row.published_at:
                plan.errors.append(
                    ("stage", _("An edition that is being translated cannot be published."))
                )

    def _require_own_symbol(self, plan) -> None:
        symbol = plan.publication.symbol
        owner = self.known.symbols.get(symbol) if symbol else None
        if owner and owner != plan.publication.slug:
            plan.errors.append(
                ("symbol", _("“%(slug)s” has this symbol already.") % {"slug": owner})
            )

    def _require_sound(self, plan) -> None:
        """Whatever else the columns demand: lengths, forms; and an ISBN for one edition only."""
        rows = [(plan.publication, "")] if plan.is_new or plan.touches_publication else []
        rows += [(row, row.wanted_block) for row in [*plan.new_editions, *plan.changed_editions]]
        for row, block in rows:
            try:
                row.clean_fields(exclude=NOT_CHECKED)
            except ValidationError as error:
                told = {name for name, _sentence in plan.errors}
                plan.errors += [
                    (name, text) for name, text in _in_columns(error, block) if name not in told
                ]
            if block and row.isbn:
                self._require_free_isbn(plan, row)

    def _require_free_isbn(self, plan, edition) -> None:
        digits = digits_of(edition.isbn)
        holder = self.known.isbns.get(digits, plan.publication.slug)
        first = self.isbns.setdefault(digits, plan.number)
        twice = [row for row in plan.publication.wanted_blocks.values() if row is not edition]
        twice += [row for row in plan.new_editions if row is not edition]
        column = f"isbn_{edition.wanted_block}".lower()
        if holder != plan.publication.slug:
            plan.errors.append((column, _("“%(slug)s” has this ISBN.") % {"slug": holder}))
        elif first != plan.number:
            plan.errors.append((column, _("Row %(row)s has this ISBN.") % {"row": first}))
        elif any(digits_of(row.isbn) == digits for row in twice):
            plan.errors.append((column, _("Another edition in this row has this ISBN.")))

    def _require_no_circle(self, plan) -> None:
        slug = plan.publication.slug
        for name in RELATIONS:
            target = plan.publication.links.get(name, "")
            before = self.known.links[name].get(slug)
            if target == (before or ""):
                continue
            self.known.links[name][slug] = target
            if self.known.goes_in_a_circle(name, slug):
                plan.errors.append((name, _("This goes in a circle and leads back here.")))
                self.known.links[name][slug] = before or ""

    def _remember(self, plan) -> None:
        publication = plan.publication
        self.known.slugs.setdefault(publication.slug, publication.pk)
        if publication.symbol:
            self.known.symbols[publication.symbol] = publication.slug


# Rows to be filled ------------------------------------------------------------


def fetched(pks: Iterable[int]) -> dict[str, Any]:
    """Publications with all that a table shows of them, by short name, in few queries."""
    rows = Publication.objects.filter(pk__in=list(pks)).select_related(
        "kind", "series", "issuing_body", "meeting", "replaces", "corrects"
    )
    rows = rows.prefetch_related("topics", "editions__languages")
    return {row.slug: prepared(row) for row in rows}


def prepared(publication: Any) -> Any:
    """With what is not a column of it under names of its own."""
    publication.wanted_topics = list(publication.topics.all())
    publication.links = {
        name: getattr(publication, name).slug if getattr(publication, f"{name}_id") else ""
        for name in RELATIONS
    }
    publication.wanted_blocks = blocks(publication.editions.all())
    for block, edition in publication.wanted_blocks.items():
        edition.wanted_tags, edition.wanted_block = edition.tags, block
    return publication


def _empty_publication() -> Any:
    publication: Any = Publication(kind=None)
    publication.wanted_topics, publication.wanted_blocks = [], {}
    publication.links = dict.fromkeys(RELATIONS, "")
    return publication


def _empty_edition(publication, block: str) -> Any:
    edition: Any = Edition(publication=publication)
    edition.wanted_tags, edition.wanted_block = [block.partition("#")[0]], block
    return edition


def _taken(free: dict[str, Any], block: str, line: Line) -> Any:
    """The edition that a block is about: of just its languages, or else of its name."""
    tags = set(line.cells.get(f"languages_{block}".lower(), "").replace(",", " ").split())
    alike = [name for name, edition in free.items() if set(edition.wanted_tags) == tags]
    names = [name for name in [block, *alike] if name in alike] or [block]
    return free.pop(names[0], None)


def _publish_along(plan, edition, line, block) -> None:
    """A new edition of which nothing is said comes out with its publication."""
    if f"published_{block}".lower() in line.cells or edition.stage == Edition.Stage.TRANSLATION:
        return
    edition.published_at = plan.publication.published_at
    edition.withdrawn_at = None


# Letting out ------------------------------------------------------------------


def _is_set(row, column, value) -> bool:
    """Whether “yes” is said of what is so already."""
    at = column.value_of(row)
    return value == NOW and at is not None and at <= timezone.now()


def _require_allowed(row, column, value) -> None:
    """What was public once keeps its first date and is withdrawn, never unpublished."""
    if column.attribute != "published_at" or row.pk is None or not states.is_out(row):
        return
    if value is None:
        raise ValidationError(_("It was published: withdraw it instead."))
    raise ValidationError(_("The day on which it was first published is not changed any more."))


# Words --------------------------------------------------------------------------


def _say_new(plan, edition) -> None:
    """An edition is new even where its languages follow from the columns' names alone."""
    name = f"languages_{edition.wanted_block}".lower()
    if not any(column == name for column, _old, _new in plan.changes):
        plan.changes.append((name, "", ", ".join(edition.wanted_tags)))


def _in_columns(error: ValidationError, block: str) -> list[tuple[str, str]]:
    names = {"title": "printed_title", "weight_g": "weight"} if block else {}
    found = []
    for name, errors in error.error_dict.items():
        column = names.get(name, name)
        text = " ".join(map(_sentence, errors))
        found.append((f"{column}_{block}".lower() if block else column, text))
    return found


def _sentence(error: ValidationError) -> str:
    if error.code != "max_length" or not error.params:
        return " ".join(error.messages)
    text = _("This is too long: %(length)s characters. Write at most %(longest)s in a line.")
    return text % {
        "length": formats.number(error.params["show_value"]),
        "longest": formats.number(error.params["limit_value"]),
    }
