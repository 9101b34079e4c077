"""Addresses of the staff's pages of the catalogue, under /xx/desk/publications/."""

from django.urls import path

from catalogue.desk.views import jobs, preview

app_name = "editing"
urlpatterns = [
    path("preview/<slug:slug>/", preview.preview, name="preview"),
    path("files/<int:pk>.pdf", preview.file, name="file"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/file", jobs.file, name="job-file"),
    path("jobs/<int:pk>/again/", jobs.again, name="job-again"),
]
