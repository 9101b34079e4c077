"""A colleague at the desk."""

import pytest

from tests.builders import clerk


@pytest.fixture
def desk(client, settings, db):
    """A browser in which a colleague who may do everything has signed in."""
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client
