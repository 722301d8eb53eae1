"""How likely each phone is in each hundredth of a second, by a small network of our own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from dialogue.speech.align.features import Array

PHONES = (
    "SIL", "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K", "L", "M",
    "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip
"""The outputs in order; AX counts as AH."""
INDEX = {name: k for k, name in enumerate(PHONES)} | {"AX": PHONES.index("AH")}
SHIPPED = "aligner"


class Network:
    """Layers of weights and biases with rectifiers between them; `prior`: how frequent each phone was in training, as logarithm; `means`
    (40, 26): its bands on the mean, over the voices that were heard."""

    def __init__(self, weights: list[Array], biases: list[Array], prior: Array, means: Array) -> None:
        self.weights, self.biases, self.prior, self.means = weights, biases, prior, means

    def against_prior(self, x: Array) -> Array:
        """(frames, 40): logarithm of posterior against prior, which is what Viterbi adds up."""
        return self.logits(x) - self.prior

    def logits(self, x: Array) -> Array:
        """Logarithms of the posteriors of each row."""
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = x @ w + b
            if k + 1 < len(self.weights):
                np.maximum(x, 0, out=x)
        x = x - x.max(1, keepdims=True)
        return np.asarray(x - np.log(np.exp(x).sum(1, keepdims=True)), np.float32)


@cache
def load(name: str = SHIPPED) -> Network:
    """A network of `assets/speech`, kept after the first time."""
    with (files("world.assets") / "speech" / f"{name}.npz").open("rb") as file, np.load(file) as data:
        count = sum(key.startswith("w") for key in data.files)
        weights = [data[f"w{k}"].astype(np.float32) for k in range(count)]
        biases = [data[f"b{k}"].astype(np.float32) for k in range(count)]
        return Network(weights, biases, data["prior"].astype(np.float32), data["means"].astype(np.float32))
