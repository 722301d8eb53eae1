"""What all tests share: no sound device is touched, and one cache of bodies fills once for the whole run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["ALSOFT_DRIVERS"] = "null"  # before OpenAL is loaded


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile whose cache fills once."""
    return tmp_path_factory.mktemp("profile")
