"""Which descriptions are translated (django-modeltranslation), and whose history is kept."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from catalogue.models import (
    Edition,
    EditionFile,
    IssuingBody,
    Kind,
    Meeting,
    Publication,
    Series,
    State,
    Topic,
)


@register([Kind, Topic, Series, IssuingBody, State])
class NameTranslation(TranslationOptions):
    fields = ("name", "name_key")


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ("name", "place")


@register(Publication)
class PublicationTranslation(TranslationOptions):
    fields = ("title", "title_key", "summary")


# Last, so that the history has the translated columns too.
for model, left_out in ((Publication, []), (Edition, []), (EditionFile, ["text"])):
    simple_history.register(model, app="catalogue", excluded_fields=left_out)
