"""Addresses of the desk, under /xx/desk/."""

from django.urls import path

from orders.desk.movements import MOVEMENTS
from orders.desk.views import (
    batch,
    details,
    entering,
    meetings,
    messages,
    order,
    papers,
    parcels,
    queue,
    stock,
)

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("batch/", batch.batch, name="batch"),
    path("orders/new/", entering.enter, name="enter"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/note/", details.note, name="note"),
    path("orders/<str:number>/edit/", details.edit, name="edit"),
    path("orders/<str:number>/split/", details.split, name="split"),
    path("orders/<str:number>/put-back/", details.put_back, name="put-back"),
    path("orders/<str:number>/standing/", details.stand, name="stand"),
    path("orders/<str:number>/pack/", order.pack, name="pack"),
    path("orders/<str:number>/hold/", order.hold, name="hold"),
    path("orders/<str:number>/release/", order.release, name="release"),
    path("orders/<str:number>/approve/", order.approve, name="approve"),
    path("orders/<str:number>/change/", order.change, name="change"),
    path("orders/<str:number>/decline/", order.decline, name="decline"),
    path("orders/<str:number>/cancel/", order.cancel, name="cancel"),
    path("consignments/<int:pk>/slip.pdf", parcels.slip, name="slip"),
    path("consignments/<int:pk>/label.pdf", parcels.label, name="label"),
    path("papers/", papers.papers, name="papers"),
    path("papers/customs.csv", papers.customs_table, name="customs-table"),
    path("consignments/<int:pk>/customs.pdf", papers.customs, name="customs"),
    path("consignments/<int:pk>/send/", parcels.send, name="send"),
    path("consignments/<int:pk>/track/", parcels.track, name="track"),
    path("consignments/<int:pk>/lose/", parcels.lose, name="lose"),
    path("consignments/<int:pk>/replace/", parcels.replace, name="replace"),
    path("consignments/<int:pk>/forward/", parcels.forward, name="forward"),
    path("consignments/<int:pk>/let-go/", parcels.let_go, name="let-go"),
    path("consignments/<int:pk>/offer/", parcels.offer, name="offer"),
    path("consignments/<int:pk>/hand-over/", parcels.hand_over, name="hand-over"),
    path("consignments/<int:pk>/miss/", parcels.miss, name="miss"),
    path("consignments/<int:pk>/deliver/", parcels.deliver, name="deliver"),
    path("consignments/<int:pk>/unpack/", parcels.unpack, name="unpack"),
    path("consignments/<int:pk>/take-back/", parcels.take_back, name="take-back"),
    path("stock/", stock.stock, name="stock"),
    path("stock/<int:pk>/", stock.ledger, name="ledger"),
    path("meetings/", meetings.points, name="meetings"),
    path("meetings/<int:pk>/", meetings.point, name="meeting"),
    path("meetings/<int:pk>/do/", meetings.act, name="meeting-act"),
    path("meetings/<int:pk>/<slug:kind>.pdf", meetings.paper, name="meeting-paper"),
    path("meetings/<int:pk>/counter/", meetings.counter, name="counter"),
    path("meetings/<int:pk>/walk-up/", meetings.walk_up, name="counter-walk-up"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/<int:pk>/again/", messages.again, name="again"),
] + [
    path(f"stock/<int:pk>/{name.replace('_', '-')}/", stock.move, {"name": name}, name=name)
    for name in MOVEMENTS
]
