"""Packs arrays and shape targets into the container that `avatar/body/baked.py` describes."""

from __future__ import annotations

import json
import lzma
import struct
from pathlib import Path

import numpy as np

MAGIC = b"VISAVIS-BODY-1\n"


def pack_targets(items: dict[str, tuple[np.ndarray, np.ndarray]], prefix: str) -> dict[str, np.ndarray]:
    """Sparse deltas as int16 of a scale each: `count`, `index` (differences), `scale` (metres), `delta`."""
    count, index, scale, delta = [], [], [], []
    for rows, moved in items.values():
        size = max(float(np.abs(moved).max(initial=0)), 1e-9)
        kept = np.abs(moved).max(1) > 2e-6 if len(moved) else np.zeros(0, bool)
        rows, moved = rows[kept], moved[kept]
        count.append(len(rows))
        index.append(np.diff(rows, prepend=0))
        scale.append(size / 32767)
        delta.append(np.round(moved / size * 32767))
    return {
        prefix + "_count": np.array(count, np.uint32),
        prefix + "_index": np.concatenate(index).astype(np.uint16),
        prefix + "_scale": np.array(scale, np.float32),
        prefix + "_delta": np.concatenate(delta).astype(np.int16),
    }


def write(path: Path, head: dict[str, object], arrays: dict[str, np.ndarray]) -> None:
    table, blobs, offset = [], [], 0
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array)
        # Bytes of the same weight side by side compress better than whole numbers.
        data = raw.view(np.uint8).reshape(-1, raw.itemsize).T.tobytes()
        table.append([name, raw.dtype.str, list(raw.shape), offset])
        blobs.append(data)
        offset += len(data)
    header = json.dumps({**head, "arrays": table}, sort_keys=True, separators=(",", ":")).encode()
    body = struct.pack("<I", len(header)) + header + b"".join(blobs)
    packed = lzma.compress(body, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)
    path.write_bytes(MAGIC + packed)
    print(f"{path.name}: {len(packed) / 1e6:.2f} MB ({len(body) / 1e6:.1f} MB unpacked)")
