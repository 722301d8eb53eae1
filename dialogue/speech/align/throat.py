"""Whose voice it is, as far as the network cares: how long the throat is, and how its bands lie on the whole.

A short throat puts its resonances higher than the voices that the network has heard, a long one lower: the bands are read a little higher
or lower, and the reading that fits its phones best is taken (vocal tract length normalisation, Lee and Rose 1996). Then every band is moved
by what it misses, on the mean over the phones that were found, of how those phones sound on the whole (after Leggetter and Woodland 1995,
with shifts alone), and the way is searched once more. Of what the network gets wrong in voices that it has not heard, both together mend a
quarter to a third (`visavis bench lips`).

Where the text is known, the phones that were found at first are right on the whole, and tell how well a reading fits (`quick_fit`, twice as
fast and .003 worse); where it is not, every reading has to be searched (`best_fit`, .035 better).
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
_THROATS = (1.0, 0.78, 0.85, 0.93, 1.07, 1.15, 1.22)
_EVERY = 6  # frames that are asked how well a reading fits: neighbours tell much the same
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


def quick_fit(frames: Array, network: Network, search: Callable[[Array], Found[Path]]) -> Path:
    """What `search` finds in scores (frames, 40) of the voice as it is best read, by the phones that it finds at first."""
    first = search(network.against_prior(neighbourhoods(frames)))
    if not len(first.phones):
        return first.path
    phones = first.phones[::_EVERY]

    def fit(read: Array) -> float:
        return float(network.against_prior(neighbourhoods(read, _EVERY))[np.arange(len(phones)), phones].sum())

    return _moved(max((warped(frames, by) for by in _THROATS), key=fit), first, network, search)


def best_fit(frames: Array, network: Network, search: Callable[[Array], Found[Path]]) -> Path:
    """The same by what it finds in each reading, as far as it adds up to more."""
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
    return _moved(warped(frames, by), best, network, search)


def _moved(read: Array, first: Found[Path], network: Network, search: Callable[[Array], Found[Path]]) -> Path:
    shift = (network.means[first.phones] - read).sum(0) / (len(read) + _SURE)
    return search(network.against_prior(neighbourhoods(np.asarray(read + shift, np.float32)))).path
