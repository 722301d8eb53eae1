"""Minds for the tests of the duties, closed when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from dialogue.mind import Mind
from tests.dialogue.safety.evening import Minds, new_mind


@pytest.fixture
def mind() -> Iterator[Minds]:
    """`new_mind`, each closed in the end."""
    with ExitStack() as open_minds:

        def made(*args: object, **kinds: object) -> Mind:
            return open_minds.enter_context(closing(new_mind(*args, **kinds)))  # type: ignore[arg-type]  # whatever it takes

        yield made
