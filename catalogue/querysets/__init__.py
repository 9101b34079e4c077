"""Which rows: questions about publications, editions, files, readers, mails and records."""

from catalogue.querysets.edition import EditionFileQuerySet, EditionQuerySet
from catalogue.querysets.mail import MailQuerySet
from catalogue.querysets.publication import PublicationQuerySet
from catalogue.querysets.readers import LanguageRequestQuerySet, ReaderQuerySet
from catalogue.querysets.record import RecordQuerySet
from catalogue.querysets.visibility import visible

__all__ = [
    "EditionFileQuerySet",
    "EditionQuerySet",
    "LanguageRequestQuerySet",
    "MailQuerySet",
    "PublicationQuerySet",
    "ReaderQuerySet",
    "RecordQuerySet",
    "visible",
]
