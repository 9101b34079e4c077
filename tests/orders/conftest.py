"""A colleague at the desk, and what holds after everything they do."""

import pytest

from orders import audit
from tests.builders import clerk


@pytest.fixture
def desk(client, settings, db):
    """A browser in which a colleague who may do everything has signed in."""
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


@pytest.fixture
def ledger_agrees_in_the_end(db):
    """Asked for by modules whose tests move paper."""
    yield
    assert audit.breaches() == []
