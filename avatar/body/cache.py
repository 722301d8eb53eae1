"""Keeps a built person on disk, so that the next start takes a moment. A file that cannot be read is simply built again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from avatar.body.baked import fingerprint
from avatar.body.build import Build
from avatar.body.part import Part
from avatar.recipe import Recipe, dump

ARRAYS = ("points", "normals", "uv", "tris", "joints", "weights", "extra", "bent", "moves", "turns")


def key(recipe: Recipe, quality: str) -> str:
    """Changes with anything that changes the result: looks, quality, baked data, the code and data that build."""
    digest = hashlib.sha256()
    digest.update(dump(recipe).encode() + quality.encode() + fingerprint().encode())
    for package, suffix in (("avatar.body", ".py"), ("world.assets", "")):
        root = files(package) if suffix else files(package).joinpath("body")
        for entry in sorted(root.iterdir(), key=lambda e: e.name):
            if entry.name.endswith((".py", ".json")):
                digest.update(entry.name.encode() + entry.read_bytes())
    return digest.hexdigest()[:24]


def path_of(folder: Path, recipe: Recipe, quality: str) -> Path:
    """Where the built person of a recipe lies in a cache folder."""
    return folder / f"body-{key(recipe, quality)}.npz"


def save(path: Path, build: Build) -> None:
    """Writes a build; a folder that cannot be written to means no cache, not an error."""
    arrays: dict[str, Any] = {"parents": build.parents, "stance": build.stance}
    arrays |= {"rest": build.rest, "eyes": build.eyes, "mouth": build.mouth}
    parts = []
    for part in build.parts:
        for name in ARRAYS:
            value = getattr(part, name)
            if value is not None:
                arrays[f"{part.name}.{name}"] = value.astype(np.float16) if name == "turns" else value
        parts.append({f.name: getattr(part, f.name) for f in fields(Part) if f.name not in ARRAYS})
    for name, picture in build.textures.items():
        arrays[f"texture.{name}"] = picture
    head = {
        "parts": parts, "textures": list(build.textures), "joint_names": build.joint_names, "eye_radius": build.eye_radius,
        "height_m": build.height_m, "lid_rows": build.lid_rows, "lip_rows": build.lip_rows,
        "detail": build.detail,
    }  # fmt: skip
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as out:
            np.savez(out, **arrays)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


def load(path: Path) -> Build | None:
    """The build in a file, or None if there is none that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        head = json.loads(arrays["head"].tobytes())
        parts = []
        for plain in head["parts"]:
            plain["tint"] = tuple(plain["tint"])
            plain["inputs"] = {k: tuple(v) for k, v in plain["inputs"].items()}
            values: dict[str, Any] = {name: arrays.get(f"{plain['name']}.{name}") for name in ARRAYS}
            if values["turns"] is not None:
                values["turns"] = values["turns"].astype(np.float32)
            parts.append(Part(**plain, **values))
        return Build(
            parts, {name: arrays[f"texture.{name}"] for name in head["textures"]}, tuple(head["joint_names"]),
            arrays["parents"], arrays["rest"], arrays["eyes"], arrays["mouth"], float(head["eye_radius"]),
            float(head["height_m"]), tuple(head["lid_rows"]), tuple(head["lip_rows"]), bool(head["detail"]), arrays["stance"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
