"""How a user gets the programs of the extra `local`."""

from __future__ import annotations

import sys


def install_line() -> str:
    """What to type, for the Python that runs now."""
    return f'"{sys.executable}" -m pip install "visavis[local]"'
