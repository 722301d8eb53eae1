"""From middle lines to cards: one part of all layers, inner ones drawn first, single hairs last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.cap import FAR, Cap
from avatar.body.hair_texture import COUNT, STRIPS
from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.part import Part, make
from avatar.body.scalp import Skull
from avatar.body.strands import Strands, along

_SHELL = (FAR, 0.05, 0.0)  # place across the parting, depth, sway of the shell under the cards


def _grid(strands: Strands, skull: Skull, rng: np.random.Generator) -> tuple[dict[str, Floats], Floats]:
    """Vertex arrays (n, k, across, .) of one layer and the cells (n, cells, 3) of its triangles, numbered from 0."""
    line, out = strands.lines, strands.ways
    n, k = line.shape[:2]
    tangent = unit(np.gradient(line, axis=1))
    way = unit(out - tangent * (out * tangent).sum(2, keepdims=True))
    sideways = unit(np.cross(tangent, way))
    arch = np.full((n, k, 1), 0.10, np.float32)
    if strands.edges is not None:
        arch[:, 0] = 0  # its rims would end under the skin
        along_root = strands.edges * np.where((strands.edges * sideways[:, 0]).sum(1, keepdims=True) < 0, -1, 1)
        sideways[:, 0] = np.where(np.abs(strands.edges).max(1, keepdims=True) > 0, along_root, sideways[:, 0])
    t = np.linspace(0, 1, k, dtype=np.float32)
    thin_root, thin_tip = strands.thin
    taper = (thin_root + (1 - thin_root) * smoothstep(0, 0.15, t)) * (1 - (1 - thin_tip) * smoothstep(0.45, 1.0, t))
    wide = (strands.width[:, None] * taper)[..., None]
    choices = STRIPS[strands.strip]
    strip = np.asarray(choices, np.float32)[rng.integers(0, len(choices), n)]
    flip = rng.choice([-1.0, 1.0], n).astype(np.float32)
    shown = strands.start + (strands.end - strands.start) * np.broadcast_to(t, (n, k))
    if strands.roots is not None:
        shown = np.concatenate([strands.roots[:, None], shown[:, 1:]], 1)
    v = 0.998 - 0.996 * shown
    across = np.linspace(-1, 1, strands.across, dtype=np.float32)
    # Colour runs from root to tip by length: short hair is root for the most part.
    grown = np.sqrt(np.minimum(along(line)[:, -1:] / 0.25, 1.0)) * t
    # The volume shades as one body: its normal leans to the smooth hull, only a little to each card's own curve.
    one = np.ones((n, k), np.float32)
    # A card that stands up from the rest would catch the light like a shard.
    shade = unit(out * 0.75 + way * 0.25) if strands.shade is None else strands.shade
    points, normals, uvs, extras, bents = [], [], [], [], []
    for a in across:
        points.append(line + sideways * wide * (a * 0.5) - way * wide * arch * (a * a))
        normals.append(unit(shade + sideways * (a * 0.16)))
        u = (strip + 0.5 + flip * a * 0.46) / COUNT
        uvs.append(np.stack([np.broadcast_to(u[:, None], (n, k)), v], 2))
        extras.append(np.stack([grown, one * strands.lock[:, None], one * strands.layer[:, None], strands.sway], 2))
        bents.append(np.concatenate([tangent, one[..., None]], 2))
    arrays = {
        name: np.stack(values, 2).astype(np.float32)
        for name, values in (("points", points), ("normals", normals), ("uv", uvs), ("extra", extras), ("bent", bents))
    }
    c = strands.across
    i, j = np.meshgrid(np.arange(k - 1), np.arange(c - 1), indexing="ij")
    a0 = (i * c + j).ravel()
    cell = np.concatenate([np.stack([a0, a0 + c, a0 + 1], 1), np.stack([a0 + 1, a0 + c, a0 + c + 1], 1)])
    return arrays, cell[None] + (np.arange(n) * k * c)[:, None, None]


def cards(layers: list[Strands], shell: Cap | None, skull: Skull, joint_of: dict[str, int], rng: np.random.Generator) -> Part:
    """One part of the shell and all cards. extra: along, lock (of the shell the place across
    the parting), depth (of stubble -1 minus its share of cover), sway; bent: the
    strand's direction and, until occlusion is baked, 1.
    joints' fourth column is no joint (its weight is 0) but the angle round the skull, 0 .. 255, by which the springs find it."""
    if not layers:
        nothing = np.zeros((0, 3), np.float32)
        part = make("hair", "hair", nothing, nothing, np.zeros((0, 3), np.int32))
        part.texture, part.two_sided, part.soft = "hair", True, True
        return part
    arrays: dict[str, list[Floats]] = {}
    cells: list[NDArray[np.integer]] = []
    depths: list[Floats] = []
    first = 0
    if shell is not None:
        n = len(shell.points)
        lie = np.concatenate([shell.tangents, np.ones((n, 1))], 1)
        look = np.tile(np.array((shell.grown, *_SHELL), np.float32), (n, 1))
        if shell.close is not None:
            look[:, 2] = -1.0 - shell.close
        if shell.part is not None:
            look[:, 1] = shell.part
        for name, values in (("points", shell.points), ("normals", shell.normals), ("uv", shell.uv), ("extra", look), ("bent", lie)):
            arrays[name] = [values]
        cells.append(shell.tris)
        depths.append(np.full(1, -1.0, np.float32))
        first = n
    for rank, strands in enumerate(layers):
        own, tris = _grid(strands, skull, rng)
        for name, values in own.items():
            arrays.setdefault(name, []).append(values.reshape(-1, values.shape[-1]))
        cells += list(tris + first)
        # Single hairs blend with what is behind them, so that has to be there.
        depths.append(strands.layer + 0.02 * rank + (2.0 if strands.strip in ("sparse", "wisp") else 0.0))
        first += own["points"].shape[0] * own["points"].shape[1] * own["points"].shape[2]
    flat = {name: np.concatenate(values) for name, values in arrays.items()}
    order = np.argsort(np.concatenate(depths), kind="stable")
    tris_all = np.concatenate([cells[i] for i in order])
    p = flat["points"]
    joints, weights = np.zeros((len(p), 4), np.uint8), np.zeros((len(p), 4), np.float32)
    joints[:, 0], joints[:, 1], joints[:, 2] = joint_of["head"], joint_of["neck_01"], joint_of["spine_03"]
    down = (skull.eye_z - p[:, 2]) / skull.scale
    chest = smoothstep(0.13, 0.27, down)
    neck = smoothstep(0.08, 0.17, down) * (1 - chest)
    weights[:, 0], weights[:, 1], weights[:, 2] = 1 - chest - neck, neck, chest
    turn = np.arctan2(p[:, 0], -(p[:, 1] - skull.middle[1])) / (2 * np.pi) % 1.0
    joints[:, 3] = np.floor(turn * 256).astype(int) % 256
    part = make("hair", "hair", p, flat["normals"], tris_all, uv=flat["uv"], joints=joints, weights=weights, extra=flat["extra"])
    part.bent = flat["bent"]
    part.texture, part.two_sided, part.soft = "hair", True, True
    return part
