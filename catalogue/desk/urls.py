"""Addresses of the staff's pages of the catalogue, under /xx/desk/publications/."""

from django.urls import path

from catalogue.desk.views import jobs, news, notices, parity, pdfs, preview, printed, tables

app_name = "editing"
urlpatterns = [
    path("import/", tables.table, name="import"),
    path("import/template.xlsx", tables.template, name="import-template"),
    path("import/<int:pk>/", tables.looked, name="import-preview"),
    path("import/<int:pk>/again/", tables.look_again, name="import-again"),
    path("import/<int:pk>/write/", tables.write, name="import-write"),
    path("import/<int:pk>/result/", tables.result, name="import-result"),
    path("export/", tables.export, name="export"),
    path("pdfs/", pdfs.pdfs, name="pdfs"),
    path("pdfs/<int:pk>/", pdfs.looked, name="pdfs-preview"),
    path("pdfs/<int:pk>/keep/", pdfs.keep, name="pdfs-keep"),
    path("pdfs/<int:pk>/result/", pdfs.result, name="pdfs-result"),
    path("parity/", parity.parity, name="parity"),
    path("parity.csv", parity.parity_csv, name="parity-csv"),
    path("news/", news.show, name="news"),
    path("news/<quarter:quarter>/", news.show, name="news-of"),
    path("news/<quarter:quarter>/send/", news.send, name="send-news"),
    path("news/<quarter:quarter>/pdf/", printed.news, name="news-pdf"),
    path("notices/", notices.show, name="notices"),
    path("notices/<int:pk>/again/", notices.again, name="notice-again"),
    path("notices/<int:pk>/drop/", notices.drop, name="notice-drop"),
    path("preview/<slug:slug>/", preview.preview, name="preview"),
    path("files/<int:pk>.pdf", preview.file, name="file"),
    path("catalogue/", printed.catalogue, name="catalogue"),
    path("catalogue/<tag:language>/withdraw/", printed.withdraw, name="withdraw-catalogue"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/file", jobs.file, name="job-file"),
    path("jobs/<int:pk>/again/", jobs.again, name="job-again"),
]
