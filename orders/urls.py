"""Addresses of the order pages, under "order/". The secret comes last: it takes any word."""

from django.urls import path

from orders import order_page, views

app_name = "orders"
urlpatterns = [
    path("", views.basket, name="basket"),
    path("add/", views.add, name="add"),
    path("details/", views.details, name="details"),
    path("placed/<str:token>/", views.placed, name="placed"),
    path("placed/<str:token>/resend/", views.resend, name="resend"),
    path("<str:secret>/", order_page.order, name="order"),
    path("<str:secret>/confirm/", order_page.confirm, name="confirm"),
    path("<str:secret>/change/", order_page.change, name="change"),
    path("<str:secret>/cancel/", order_page.cancel, name="cancel"),
    path("<str:secret>/not-mine/", order_page.disown, name="disown"),
    path("<str:secret>/receipt.pdf", order_page.receipt, name="receipt"),
]
