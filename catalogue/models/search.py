"""What the full-text engine reads: one row of words for each publication."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.publication import Publication


class SearchEntry(models.Model):
    """The words by which a publication is found. Written by `catalogue.search` alone.

    The engine's own index follows this table inside the database (migration 0002): on SQLite
    by triggers, on PostgreSQL by a generated column. Django drops triggers when it alters a
    table on SQLite, so a migration that alters this one makes them anew.
    """

    publication = models.OneToOneField(
        Publication, models.CASCADE, primary_key=True, related_name="search_entry"
    )
    digest = models.CharField(max_length=32, help_text="Of the texts it was made from.")
    words = models.TextField()

    class Meta:
        verbose_name, verbose_name_plural = _("search entry"), _("search entries")

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class SearchWord(models.Model):
    """A word of a title or a description, to correct by it what readers type.

    Written by `catalogue.search` alone; without accents in `word`, with them in `spelling`.
    """

    word = models.CharField(max_length=40, primary_key=True)
    spelling = models.CharField(max_length=40)
    head = models.CharField(max_length=1, help_text="The first letter.")
    tail = models.CharField(max_length=2, help_text="The last two letters.")
    length = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = _("search word"), _("search words")
        indexes = [
            models.Index(fields=["head", "length"], name="search_word_by_head"),
            models.Index(fields=["tail", "length"], name="search_word_by_tail"),
        ]

    def __str__(self):
        return self.spelling
