"""The GLSL of the body, and the part of it that a room shares: `COMMON` (light inputs, tone mapping)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from panda3d.core import Shader

VERSION = "#version 330\n"
KINDS = ("skin", "eye", "mouth", "lash", "hair", "cloth")


def source(name: str) -> str:
    """Text of one .glsl file of this package, without a version line."""
    return files("avatar.look").joinpath(f"{name}.glsl").read_text("utf-8")


COMMON = source("common")
"""Fragment code to put after the version line: the light uniforms, `ambient`, `seen`, `gloss_lobe`, `tone`."""


@cache
def shader(kind: str) -> Shader:
    """The shader of a material, made once; `kind` is one of `KINDS`."""
    if kind == "hair":
        # Hair has a vertex stage of its own, which lights and therefore wants the lights.
        return Shader.make(Shader.SL_GLSL, VERSION + COMMON + source("hair.vert"), VERSION + COMMON + source("hair.frag"))
    fragment = VERSION + COMMON + source("body.frag") + source(f"{kind}.frag")
    return Shader.make(Shader.SL_GLSL, VERSION + source("body.vert"), fragment)
