"""Reads the baked body: one container of named arrays, written by `script/bake`.

Container: the line `VISAVIS-BODY-1`, then an xz stream of a little-endian uint32 header length, a JSON header, and the arrays
one after another, each with its bytes transposed (all first bytes, then all second bytes, ...), which compresses better.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import struct
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"VISAVIS-BODY-1\n"
BODY_END = 13380
TONGUE = (13380, 13606)
EYES = ((14598, 14670), (14670, 14742))
LASHES = (14742, 14992)
LOWER_TEETH, UPPER_TEETH = (14992, 15060), (15060, 15128)


@dataclass(frozen=True)
class Sparse:
    """A shape target: rows (n,) of the base mesh and how far each moves, metres (n, 3)."""

    rows: NDArray[np.intp]
    moved: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Baked:
    """points (15128, 3) metres, feet near z = 0; quads and quad_uv (n, 4); uv (m, 2); heads (joints, 8) whose mean is the
    joint; joints and weights (15128, 4); triangle_map uint16 (h, w) of `crop` (u0, v0, u1, v1); masks name to uint8; chest (2,) the
    foremost vertex of each side, where cloth is faired."""

    points: NDArray[np.float32]
    quads: NDArray[np.int32]
    quad_uv: NDArray[np.int32]
    uv: NDArray[np.float32]
    nail: NDArray[np.float32]
    chest: NDArray[np.int32]
    joint_names: tuple[str, ...]
    parents: NDArray[np.int16]
    heads: NDArray[np.int32]
    joints: NDArray[np.uint8]
    weights: NDArray[np.float32]
    crop: tuple[float, float, float, float]
    triangle_map: NDArray[np.uint16]
    masks: dict[str, NDArray[np.uint8]]
    targets: dict[str, Sparse]
    units: dict[str, Sparse]
    source: str


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and arrays of a container. Damaged data raises `ValueError` with one sentence."""
    if not data.startswith(MAGIC):
        raise ValueError("base.bin is not a baked body; run script/bake or install the package again.")
    try:
        raw = lzma.decompress(data[len(MAGIC) :])
        (size,) = struct.unpack_from("<I", raw)
        header = json.loads(raw[4 : 4 + size])
        arrays = {}
        for name, dtype_text, shape, offset in header["arrays"]:
            dtype = np.dtype(dtype_text)
            count = int(np.prod(shape, dtype=np.int64))
            start = 4 + size + offset
            block = np.frombuffer(raw, np.uint8, count * dtype.itemsize, start)
            arrays[name] = np.ascontiguousarray(block.reshape(dtype.itemsize, count).T).view(dtype).reshape(shape)
    except (lzma.LZMAError, struct.error, ValueError, KeyError, TypeError) as err:
        raise ValueError("base.bin is damaged; run script/bake or install the package again.") from err
    return header, arrays


def _targets(names: list[str], arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, Sparse]:
    ends = np.cumsum(arrays[prefix + "_count"].astype(np.int64))
    out = {}
    for name, end, count, scale in zip(names, ends, arrays[prefix + "_count"], arrays[prefix + "_scale"], strict=True):
        part = slice(int(end) - int(count), int(end))
        rows = np.cumsum(arrays[prefix + "_index"][part], dtype=np.intp)
        out[name] = Sparse(rows, arrays[prefix + "_delta"][part].astype(np.float32) * scale)
    return out


def raw_bytes() -> bytes:
    """The container as installed."""
    return files("world.assets").joinpath("body/base.bin").read_bytes()


@cache
def fingerprint() -> str:
    """SHA-256 of the container, part of every cache key."""
    return hashlib.sha256(raw_bytes()).hexdigest()


@cache
def load() -> Baked:
    """The baked body, read once a process. `ValueError` with one sentence if it is damaged."""
    header, a = unpack(raw_bytes())
    u0, v0, u1, v1 = header["crop"]
    return Baked(
        points=a["v"],
        quads=a["quads"].astype(np.int32),
        quad_uv=a["quad_uv"].astype(np.int32),
        uv=a["uv"].astype(np.float32) / np.float32(65535),
        chest=a["chest"].astype(np.int32),
        nail=a["nail"].astype(np.float32) / np.float32(255),
        joint_names=tuple(header["joint_names"]),
        parents=a["parents"],
        heads=a["heads"].astype(np.int32),
        joints=a["joints"],
        weights=a["weights"].astype(np.float32) / np.float32(65535),
        crop=(u0, v0, u1, v1),
        triangle_map=a["triangle_map"],
        masks=dict(zip(header["mask_names"], a["masks"], strict=True)),
        targets=_targets(header["target_names"], a, "target"),
        units=_targets(header["unit_names"], a, "unit"),
        source=str(header["source"]),
    )


ARM = ("upperarm", "lowerarm", "hand", "thumb", "index", "middle", "ring", "pinky")
"""What the names of an arm's joints begin with, from the shoulder outwards."""


def share(baked: Baked, names: tuple[str, ...]) -> NDArray[np.float32]:
    """How much each vertex of the body belongs to joints whose names begin so, (13380,)."""
    own = np.array([n.split("_")[0] in names for n in baked.joint_names])
    return np.asarray((baked.weights[:BODY_END] * own[baked.joints[:BODY_END]]).sum(1), np.float32)
