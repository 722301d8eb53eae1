"""Where vectors come from: our own hashing, or an endpoint's embeddings where the user has named one.

An endpoint is asked in the background, never while somebody waits: what it has not answered yet is searched by its words alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialogue.memory.vectors import floats, packed


class Embedder:
    """Our own vectors: at once, everywhere, without a network."""

    name = "built-in"

    def stored(self, text: str) -> bytes:
        """The vector of a text as it is stored."""
        return packed(floats(text))

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of what is asked."""
        return floats(text)
