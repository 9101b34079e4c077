"""The administration of orders: places are edited, everything else is looked at.

Orders, stock and messages are worked on at the desk. Names and addresses are not shown here:
the desk shows them, and notes who looked.
"""

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalogue.admin.layout import Uncluttered, side_by_side, translations
from orders.models import (
    AddressStanding,
    Consignment,
    Look,
    Order,
    OrderEvent,
    OrderLine,
    OutgoingMessage,
    PickUpPoint,
    StockEntry,
    StockItem,
    StockLocation,
)


class LookedAt(BaseModelAdmin):
    """Rows that no form of the administration adds, changes or deletes."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(StockLocation)
class StockLocationAdmin(TranslationAdmin):
    list_display = ["slug", "name", "is_main"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["is_main"]  # what is promised lies there: orders cannot be served elsewhere
    fieldsets = [(None, {"fields": [*side_by_side("name"), ("slug", "is_main")]})]


@admin.register(PickUpPoint)
class PickUpPointAdmin(Uncluttered, TranslationAdmin):
    list_display = ["name", "place", "opens_on", "closes_on", "order_by_on"]
    search_fields = translations("name", "place")
    autocomplete_fields = ["meeting"]
    fieldsets = [
        (None, {"fields": side_by_side("name", "place", "hours")}),
        (
            _("When"),
            {"fields": [("opens_on", "closes_on"), ("order_by_on", "capacity"), "is_closed"]},
        ),
        (_("Where it belongs"), {"fields": ["meeting", "location"]}),
    ]

    def save_model(self, request, obj, form, change):
        obj.version += 1  # who has it open at the desk is told
        super().save_model(request, obj, form, change)


class StockEntryInline(LookedAt, admin.TabularInline):
    model = StockEntry
    fields = readonly_fields = (
        "at",
        "kind",
        "on_hand_change",
        "allocated_change",
        "unusable_change",
        "by",
        "reason",
    )


@admin.register(StockItem)
class StockItemAdmin(LookedAt, admin.ModelAdmin):
    list_display = ["edition", "location", "on_hand", "allocated", "unusable", "free"]
    list_filter = ["location"]
    list_select_related = ["edition__publication", "location"]
    search_fields = [f"edition__publication__{key}" for key in translations("title_key")]
    fields = ["edition", "location", "shelf", "on_hand", "allocated", "unusable", "low_at"]
    inlines = [StockEntryInline]

    @admin.display(description=_("available"))
    def free(self, item):
        return item.available

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("edition__languages")


@admin.register(StockEntry)
class StockEntryAdmin(LookedAt, admin.ModelAdmin):
    list_display = [
        "at",
        "stock_item",
        "kind",
        "on_hand_change",
        "allocated_change",
        "unusable_change",
        "other_location",
        "by",
        "reason",
    ]
    list_filter = ["kind", "stock_item__location"]
    list_select_related = [
        "stock_item__edition__publication",
        "stock_item__location",
        "other_location",
        "by",
    ]
    date_hierarchy = "at"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("stock_item__edition__languages")


class OrderLineInline(LookedAt, admin.TabularInline):
    model = OrderLine
    fields = readonly_fields = (
        "edition",
        "requested",
        "approved",
        "allocated",
        "backordered",
        "issued",
        "cancelled",
        "returned",
        "replaced",
        "refused",
    )


class ConsignmentInline(LookedAt, admin.TabularInline):
    model = Consignment
    fields = readonly_fields = ("position", "delivery", "status", "packed_at", "left_at")


class OrderEventInline(LookedAt, admin.TabularInline):
    model = OrderEvent
    fields = readonly_fields = ("at", "actor", "by", "what", "reason")


@admin.register(Order)
class OrderAdmin(LookedAt, admin.ModelAdmin):
    list_display = ["number", "status", "hold", "delivery", "language", "placed_at", "ended_at"]
    list_filter = ["status", "hold", "delivery", "language", "orderer_kind"]
    date_hierarchy = "placed_at"
    search_fields = ["number"]
    inlines = [OrderLineInline, ConsignmentInline, OrderEventInline]
    fields = [
        "number",
        "at_the_desk",
        "status",
        "hold",
        "hold_until",
        "delivery",
        "language",
        "orderer_kind",
        "state",
        "placed_at",
        "accepted_at",
        "ended_at",
        "erased_at",
    ]
    readonly_fields = ["at_the_desk"]

    @admin.display(description=_("desk"))
    def at_the_desk(self, order):
        return format_html('<a href="{}">{}</a>', order.get_desk_url(), _("Open it at the desk"))


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(LookedAt, admin.ModelAdmin):
    list_display = ["template", "order", "language", "created_at", "sent_at", "parked_at"]
    list_filter = ["template", "language"]
    list_select_related = ["order"]
    date_hierarchy = "created_at"
    fields = [
        "template",
        "order",
        "language",
        "attempts",
        "last_error",
        "created_at",
        "sent_at",
        "parked_at",
    ]


@admin.register(Look)
class LookAdmin(LookedAt, admin.ModelAdmin):
    list_display = ["at", "by", "page", "orders"]
    list_filter = ["page", "by"]
    list_select_related = ["by"]
    date_hierarchy = "at"


@admin.register(AddressStanding)
class AddressStandingAdmin(LookedAt, admin.ModelAdmin):
    """Changed at the desk, on the page of an order: here nobody can tell whose address it is."""

    list_display = ["__str__", "standing", "at", "by"]
    list_filter = ["standing"]
    list_select_related = ["by"]
    fields = ["standing", "at", "by"]
