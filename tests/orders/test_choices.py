"""What is no choice of a list gets a sentence of ours, in the language of the page."""

import pytest
from django import forms

from orders import views  # noqa: F401  (for its forms)
from orders.desk import urls  # noqa: F401

LEFT_OUT = {
    "FilterForm",  # narrows nothing with what is no choice, and shows no error
    "ReportForm",  # gives its sentences when it is made
}


def of_ours(kind=forms.BaseForm):
    """The forms of orders, each once."""
    for form in kind.__subclasses__():
        if form.__module__.startswith("orders.") and form.__name__ not in LEFT_OUT:
            yield form
        yield from of_ours(form)


FORMS = {form.__name__: form for form in of_ours()}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_list_has_its_own_sentence(form):
    lists = {
        name: str(field.error_messages["invalid_choice"])
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ChoiceField)
    }

    assert not [name for name, sentence in lists.items() if "available choices" in sentence]
