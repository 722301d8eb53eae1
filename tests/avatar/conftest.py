"""One small body for all tests of this folder: building is the slow part."""

from __future__ import annotations

from functools import cache

import pytest
from panda3d.core import load_prc_file_data

from avatar.body.build import Build, build
from avatar.recipe import stock
from tests.avatar.heads import Get, Head, head

load_prc_file_data(
    "tests of the body",
    "load-display p3headlessgl\nwindow-type offscreen\ngl-version 3 3\nframebuffer-multisample 1\nmultisamples 4\n"
    "audio-library-name null\nnotify-level-device fatal\nnotify-level-display error\ntextures-power-2 none\n",
)


@pytest.fixture(scope="session")
def mira() -> Build:
    return build(stock("mira"), "low")


@pytest.fixture(scope="session")
def jon() -> Build:
    return build(stock("jon"), "low")


@pytest.fixture(scope="session")
def head_of(mira: Build, jon: Build) -> Get:
    @cache
    def get(who: str, short: bool = False) -> Head:
        return head(who, short, {"mira": mira, "jon": jon}[who])

    return get
