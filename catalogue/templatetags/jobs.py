"""Long work in templates."""

from django import template

from catalogue import jobs

register = template.Library()
register.filter("job_name", jobs.name_of)
register.filter("job_is_lost", jobs.is_lost)
