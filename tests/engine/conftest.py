"""What all tests of the engine share."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# hypothesis draws the same examples in every run
settings.register_profile("engine", deadline=None, derandomize=True, database=None)
settings.load_profile("engine")


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Let Ctrl-C interrupt, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
