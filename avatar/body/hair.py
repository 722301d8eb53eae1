"""Hair as a part: every layer of a style grown and made into cards, over a shell that closes the scalp."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.bundle import bundle
from avatar.body.cap import cap
from avatar.body.cards import cards
from avatar.body.colour import rgb
from avatar.body.fall import fall
from avatar.body.fringe import fringe
from avatar.body.gather import combed_back
from avatar.body.hull import hull
from avatar.body.mesh import Floats
from avatar.body.part import Part
from avatar.body.puff import puff
from avatar.body.scalp import Skull
from avatar.body.short import short
from avatar.body.strands import Scalp, Strands
from avatar.body.styles import Layer, Style, styles
from avatar.body.veil import veil
from avatar.recipe import Hair

_SEED = 11
_EAR_M = 0.084  # how far aside of the middle hair lets an ear stand


def scalp_of(head: Part, others: list[tuple[Floats, Floats]], frame: Skull, woman: float, look: Hair) -> Scalp:
    """Where hair grows and what it lies on: the face part and points with normals of what else is in its way. Short hair ends
    before the `ears`, and what is combed back goes behind them: they would only make it stand off."""
    ears = styles()[look.style].kind not in ("short", "gather")
    ear = head.extra[:, 0] > 0.3
    tris: NDArray[np.integer] = head.tris[~ear[head.tris].any(1)]
    used = np.ones(len(ear), bool) if ears else ~ear
    k, skin = frame.scale, head.points.copy()
    if styles()[look.style].kind == "fall":
        # Hair presses an ear to the head; one that stands off would part it all the way down. Its back then lies on the skull.
        skin[ear, 0] = skin[ear, 0].clip(-_EAR_M * k, _EAR_M * k)
        used = ~ear | (head.normals[:, 0] * np.sign(skin[:, 0]) > 0.3)
        if styles()[look.style].tuck:
            used &= ~ear | (skin[:, 0] * (1.0 if look.part >= 0 else -1.0) < 0)
    points = np.concatenate([skin[used], *(p for p, _ in others)])
    normals = np.concatenate([head.normals[used], *(n for _, n in others)])
    low = np.array([-0.24, frame.middle[1] - 0.26, frame.eye_z - 0.46 * k], np.float32)
    high = np.array([0.24, frame.middle[1] + 0.24, frame.eye_z + 0.21 * k], np.float32)
    return Scalp(head.points, head.normals, tris, frame, woman, hull(points, normals, low, high), look.part)


def _coarse(style: Style, layer: Layer) -> Layer:
    """A layer of flat cards with fewer points along them: in software a triangle costs as much as the pixels it covers."""
    points = layer.segments or style.segments
    fewer = max(9, round(points * 0.85) if style.helix else min(round(points * 0.7), 20))
    return layer.model_copy(update={"across": 2, "segments": points if points < 10 else fewer})


def grow(style: Style, scalp: Scalp, look: Hair, quality: str) -> list[Strands]:
    """The strands of every layer of a style."""
    kinds = {"fall": fall, "short": short, "gather": combed_back, "puff": puff}
    out = []
    for layer in (_coarse(style, layer) if quality == "low" else layer for layer in style.layers):
        count = layer.cards[quality]
        if layer.roots == "fringe":
            out.append(fringe(style, layer, scalp, count, _SEED))
        elif style.kind == "gather" and layer.roots == "frame":
            out.append(fall(style, layer, scalp, count, look.length, look.wave, _SEED))  # what has come loose
        else:
            out.append(kinds[style.kind](style, layer, scalp, count, look.length, look.wave, _SEED))
    return out + bundle(style, scalp, look.length, look.wave, quality, _SEED)


def hair(scalp: Scalp, look: Hair, joint_of: dict[str, int], quality: str) -> Part:
    """The hair of a recipe as one part, without a vertex for a shaved head."""
    style = styles()[look.style]
    layers = grow(style, scalp, look, quality)
    if style.kind == "fall":
        layers.append(veil(style, scalp, look.length, quality, _SEED))
    stands = style.kind == "puff" or (style.top < 0.02 and style.kind == "short")
    open_from = None
    if any(layer.roots == "parting" for layer in style.layers):
        open_from = 0.097 if style.fringe else 0.0
    shell = cap(scalp, layers, stands, style.close, open_from) if layers else None
    part = cards(layers, shell, scalp.skull, joint_of, np.random.default_rng(12))
    red, green, blue = (float(c) for c in rgb(look.colour))
    part.tint = (red, green, blue)
    part.inputs = {"hair_highlight": (*(float(c) for c in rgb(look.highlight)), style.gloss)}
    return part
