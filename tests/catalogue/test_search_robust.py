"""Whatever is typed: the list, snippets and corrections answer, on whichever database this is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import search
from catalogue.models import Publication
from tests.builders import make_edition, make_file, make_publication

SIGNS = ['"', "“", "”", "«", "»", "'", "’", "*", "(", ")", ":", "§", "¶", "№", "\\", "%", "&", "|"]
WORDS = ["munitions", "Dubrovnik", "CCM/MSP/2011/WP.3", "États", "الأسلحة", "集束弹药", "wp3", "de"]
questions = st.lists(
    st.one_of(
        st.sampled_from(SIGNS + WORDS),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    ),
    max_size=12,
).map(" ".join) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
carefully = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def catalogue(db, django_capture_on_commit_callbacks):
    plan = make_publication(
        "plan",
        title_en="Dubrovnik plan",
        title_fr="Plan des États",
        summary_es="La remoción § de minas",
        symbol="CCM/MSP/2011/WP.3",
    )
    texts = {"en": "cluster munitions\fin WP.3 ¶", "ar": "األسلحة\f", "zh": "集束弹药公约"}
    for language, text in texts.items():
        make_file(make_edition(plan, language), text.encode(), text=text)
    with django_capture_on_commit_callbacks(execute=True):
        search.index([plan])


@carefully
@given(text=questions)
def test_the_list_answers(catalogue, client, text):
    assert client.get("/en/", {"q": text}).status_code == 200


@carefully
@given(text=questions)
def test_snippets_answer_for_whatever_is_found(catalogue, text):
    publications = Publication.objects.published().with_editions()

    for snippet in search.snippets(publications, text).values():
        assert snippet is None or any(piece.is_hit for piece in snippet.pieces)


@carefully
@given(text=questions)
def test_a_correction_finds_something(catalogue, text):
    meant = search.did_you_mean(text)

    assert meant is None or Publication.objects.published().search(meant).exists()
