"""Addresses of the desk, under /xx/desk/."""

from django.urls import path

from orders.desk.movements import MOVEMENTS
from orders.desk.views import messages, order, parcels, queue, reports, stock

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/pack/", order.pack, name="pack"),
    path("orders/<str:number>/hold/", order.hold, name="hold"),
    path("orders/<str:number>/release/", order.release, name="release"),
    path("orders/<str:number>/approve/", order.approve, name="approve"),
    path("orders/<str:number>/change/", order.change, name="change"),
    path("orders/<str:number>/decline/", order.decline, name="decline"),
    path("orders/<str:number>/cancel/", order.cancel, name="cancel"),
    path("consignments/<int:pk>/slip.pdf", parcels.slip, name="slip"),
    path("consignments/<int:pk>/label.pdf", parcels.label, name="label"),
    path("consignments/<int:pk>/send/", parcels.send, name="send"),
    path("consignments/<int:pk>/offer/", parcels.offer, name="offer"),
    path("consignments/<int:pk>/hand-over/", parcels.hand_over, name="hand-over"),
    path("consignments/<int:pk>/miss/", parcels.miss, name="miss"),
    path("consignments/<int:pk>/deliver/", parcels.deliver, name="deliver"),
    path("consignments/<int:pk>/unpack/", parcels.unpack, name="unpack"),
    path("consignments/<int:pk>/take-back/", parcels.take_back, name="take-back"),
    path("stock/", stock.stock, name="stock"),
    path("stock/<int:pk>/", stock.ledger, name="ledger"),
    path("reports/", reports.report, name="reports"),
    path("reports/annex/", reports.annex, name="annex"),
    path("reports/annex/make/", reports.make_annex, name="make-annex"),
    path("reports/<slug:name>/", reports.report, name="report"),
    path("reports/<slug:name>.csv", reports.as_csv, name="report-csv"),
    path("reports/<slug:name>.xlsx", reports.as_xlsx, name="report-xlsx"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/<int:pk>/again/", messages.again, name="again"),
] + [
    path(f"stock/<int:pk>/{name.replace('_', '-')}/", stock.move, {"name": name}, name=name)
    for name in MOVEMENTS
]
