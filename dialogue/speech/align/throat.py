"""Whose voice it is, as far as the network cares: how long the throat is, and how its bands lie on the whole.

A short throat puts its resonances higher than the voices that the network has heard, a long one lower: the bands are read a little higher
or lower, and the reading that fits its phones best is taken (vocal tract length normalisation, Lee and Rose 1996). Then every band is moved
by what it misses, on the mean over the phones that were found, of how those phones sound on the whole (after Leggetter and Woodland 1995,
with shifts alone), and the way is searched once more. Of what the network gets wrong in voices that it has not heard, both together mend a
third (`visavis bench lips`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.align.features import Array, neighbourhoods
from dialogue.speech.align.network import Network

Path = TypeVar("Path")
_FAR, _NEAR = 0.15, 0.07  # first a long, a usual and a short throat, then a little to both sides of the best
_SURE = 100  # frames that speak for bands that need no shift


class Found(NamedTuple, Generic[Path]):
    """A way through the scores: what they add up to on it, which of the network's phones each frame is (intp[frames], empty where there
    is no way), and the way itself."""

    total: float
    phones: NDArray[np.intp]
    path: Path


def warped(frames: Array, by: float) -> Array:
    """(frames, bands) with band k read at k × `by`, between two bands their mean, above the highest the highest."""
    count = frames.shape[1]
    at = np.clip(np.arange(count) * by, 0, count - 1)
    low = np.minimum(at.astype(np.intp), count - 2)
    share = (at - low).astype(np.float32)
    return np.asarray(frames[:, low] * (1 - share) + frames[:, low + 1] * share, np.float32)


def best_fit(frames: Array, network: Network, search: Callable[[Array], Found[Path]]) -> Path:
    """What `search` finds in scores (frames, 40) of the voice as it is best read."""
    tried: dict[float, Found[Path]] = {}

    def found(read: Array) -> Found[Path]:
        return search(network.against_prior(neighbourhoods(read)))

    for by in (1.0, 1.0 - _FAR, 1.0 + _FAR):
        tried[by] = found(warped(frames, by))
    middle = max(tried, key=lambda by: tried[by].total)
    for by in (middle - _NEAR, middle + _NEAR):
        tried[by] = found(warped(frames, by))
    by = max(tried, key=lambda by: tried[by].total)
    best = tried[by]
    if not len(best.phones):
        return best.path
    read = warped(frames, by)
    shift = (network.means[best.phones] - read).sum(0) / (len(read) + _SURE)
    return found(np.asarray(read + shift, np.float32)).path
