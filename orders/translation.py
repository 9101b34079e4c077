"""Which names of the orders app are translated (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from orders.models import PickUpPoint, StockLocation


@register(StockLocation)
class StockLocationTranslation(TranslationOptions):
    fields = ("name",)


@register(PickUpPoint)
class PickUpPointTranslation(TranslationOptions):
    fields = ("name", "place", "hours")
