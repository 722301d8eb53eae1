"""A room from its file: solids, and the light on them computed once, per vertex, with soft shadows. It is drawn in linear light.

Every vertex gathers from the lamps (spheres, sampled with shadow rays against the boxes) and from an ambient that is darker in
corners. The result is kept in a cache, keyed by the room's text and this module's version.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d import core as p3d

from world.stage import solids

Array = NDArray[np.floating[Any]]
VERSION = 2
_RAYS = 12
_AMBIENT_RAYS = 20

VERTEX = """#version 330
in vec4 p3d_Vertex; in vec4 p3d_Color; uniform mat4 p3d_ModelViewProjectionMatrix; out vec3 light;
void main() { light = p3d_Color.rgb; gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }"""
FRAGMENT = """#version 330
in vec3 light; out vec4 colour;
void main() { colour = vec4(light, 1.0); }"""


def load(name: str = "evening", cache: Path | None = None) -> p3d.NodePath:
    """The lit room as one node. A cache that cannot be read is made again; one that cannot be written is done without."""
    text = files("world.assets").joinpath("rooms", f"{name}.json").read_text("utf-8")
    key = hashlib.sha256(f"{VERSION}{text}".encode()).hexdigest()[:20]
    path = cache / f"room-{key}.npz" if cache else None
    baked = _read(path) if path else None
    if baked is None:
        baked = _bake(json.loads(text))
        if path:
            _write(path, baked)
    return _node(*baked)


def _read(path: Path) -> tuple[Array, Array, NDArray[np.integer[Any]]] | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            return data["points"], data["light"], data["triangles"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, baked: tuple[Array, Array, NDArray[np.integer[Any]]]) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, points=baked[0], light=baked[1], triangles=baked[2])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(buffer.getvalue())
        part.replace(path)
    except OSError:
        pass  # a cache is a convenience


def _bake(room: dict[str, Any]) -> tuple[Array, Array, NDArray[np.integer[Any]]]:
    points, normals, albedo, emitted, triangles = [], [], [], [], []
    lows, highs = [], []
    base = 0
    for solid in room["solids"]:
        mesh = solids.build(solid)
        count = len(mesh.points)
        points.append(mesh.points)
        normals.append(mesh.normals)
        albedo.append(np.tile(solid["colour"], (count, 1)))
        glow = np.tile(np.asarray(solid.get("emit", (0, 0, 0)), float), (count, 1))
        if "emit_low" in solid:  # a gradient from bottom to top
            z = mesh.points[:, 2]
            k = ((z - z.min()) / (np.ptp(z) + 1e-9))[:, None] ** 0.8
            glow = np.asarray(solid["emit_low"]) * (1 - k) + glow * k
        if "emit_edge" in solid:  # brightest in the middle of its height where it faces the viewer, as cloth about a bulb
            z = mesh.points[:, 2]
            k = (1 - (2 * (z - z.min()) / (np.ptp(z) + 1e-9) - 1) ** 2) * np.maximum(-mesh.normals[:, 1], 0)
            glow = np.asarray(solid["emit_edge"]) * (1 - k[:, None]) + glow * k[:, None]
        emitted.append(glow)
        triangles.append(mesh.triangles + base)
        base += count
        # the shell stands around everything, and books are too fine to matter: neither casts
        if solid["shape"] == "box" and sorted(solid["size"])[1] < 2.4 and "emit" not in solid and solid["name"] != "book":
            centre, size = np.asarray(solid["centre"]), np.asarray(solid["size"])
            lows.append(centre - size / 2)
            highs.append(centre + size / 2)
    p, facing, a, e = (np.concatenate(x) for x in (points, normals, albedo, emitted))
    light = _gather(p, facing, room, np.array(lows), np.array(highs))
    return p.astype(np.float32), (a * light + e).astype(np.float32), np.concatenate(triangles).astype(np.int32)


def _gather(p: Array, n: Array, room: dict[str, Any], low: Array, high: Array) -> Array:
    rng = np.random.default_rng(11)
    p, n, low, high = (x.astype(np.float32) for x in (p, n, low, high))
    start = p + n * np.float32(0.012)
    up = (n[:, 2:] * 0.5) + 0.5
    ambient = np.asarray(room["ambient_down"]) * (1 - up) + np.asarray(room["ambient_up"]) * up
    open_ = np.zeros(len(p))
    for _ in range(_AMBIENT_RAYS):
        d = rng.normal(size=3).astype(np.float32)
        d /= np.linalg.norm(d)
        facing = np.sign(n @ d)[:, None] * d
        open_ += ~_blocked(start, start + facing * 0.7, low, high)
    total: Array = ambient * (open_ / _AMBIENT_RAYS)[:, None] ** 1.4
    for lamp in room["lights"]:
        power = np.asarray(lamp["power"], float)
        got = np.zeros(len(p))
        for _ in range(_RAYS):
            at = (np.asarray(lamp["at"]) + rng.normal(size=3) * lamp["radius"] * 0.5).astype(np.float32)
            line = at - start
            far = np.linalg.norm(line, axis=1)
            cosine = np.maximum((line * n).sum(1) / far, 0)
            clear = ~_blocked(start, start + line * np.clip(1 - 0.22 / far, 0, 1)[:, None], low, high)
            got += clear * cosine / (far**2 + 0.15)
        total = total + (got / _RAYS)[:, None] * power
    bounce = total.mean(0) * 0.5
    return np.asarray(total + bounce * np.array([1.0, 0.86, 0.72]))


def _blocked(start: Array, stop: Array, low: Array, high: Array) -> NDArray[np.bool_]:
    """Whether the segment meets any box: the slab test, one box at a time over all segments."""
    line = stop - start
    inverse = 1 / np.where(np.abs(line) < 1e-9, np.float32(1e-9), line).T
    offset = start.T * inverse
    out = np.zeros(len(start), bool)
    for a, b in zip(low, high, strict=True):
        enter, leave = np.full(len(start), -1e9, np.float32), np.full(len(start), 1e9, np.float32)
        for k in range(3):
            t0, t1 = a[k] * inverse[k] - offset[k], b[k] * inverse[k] - offset[k]
            np.maximum(enter, np.minimum(t0, t1), out=enter)
            np.minimum(leave, np.maximum(t0, t1), out=leave)
        out |= (enter < leave) & (enter < 0.98) & (enter > 0.0)
    return out


def _node(points: Array, light: Array, triangles: NDArray[np.integer[Any]]) -> p3d.NodePath:
    array = p3d.GeomVertexArrayFormat()
    array.add_column("vertex", 3, p3d.Geom.NT_float32, p3d.Geom.C_point)
    array.add_column("color", 3, p3d.Geom.NT_float32, p3d.Geom.C_other)
    form = p3d.GeomVertexFormat.register_format(p3d.GeomVertexFormat(array))
    data = p3d.GeomVertexData("room", form, p3d.Geom.UH_static)
    data.unclean_set_num_rows(len(points))
    rows = np.concatenate([points, light], 1).astype("<f4")
    data.modify_array(0).modify_handle().copy_data_from(rows.tobytes())
    primitive = p3d.GeomTriangles(p3d.Geom.UH_static)
    primitive.set_index_type(p3d.Geom.NT_uint32)
    index = primitive.modify_vertices()
    index.unclean_set_num_rows(triangles.size)
    index.modify_handle().copy_data_from(triangles.astype("<u4").tobytes())
    primitive.set_vertices(index)
    geom = p3d.Geom(data)
    geom.add_primitive(primitive)
    node = p3d.GeomNode("room")
    node.add_geom(geom)
    path = p3d.NodePath(node)
    path.set_shader(p3d.Shader.make(p3d.Shader.SL_GLSL, VERTEX, FRAGMENT))
    return path
