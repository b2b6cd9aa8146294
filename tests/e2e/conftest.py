"""One deployed stage for all tests of this folder."""

import pytest

from cloud import Cloud


@pytest.fixture(scope="session")
def cloud():
    """A deployed stage with the campaigns of this folder published."""
    with Cloud() as running:
        yield running
