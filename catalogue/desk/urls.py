"""Addresses of the staff's pages of the catalogue, under /xx/desk/publications/."""

from django.urls import URLPattern

app_name = "editing"
urlpatterns: list[URLPattern] = []
