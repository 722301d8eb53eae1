"""The GLSL of the body, and the part of it that a room shares: `COMMON` (light inputs, tone mapping)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from panda3d.core import Shader

SHADOW_WARP = 42.0
"""Sharpness of the shadow map's exponential; more tells near things apart better and needs more of a float."""
VERSION = f"#version 330\n#define KEY_SHADOW_WARP {SHADOW_WARP}\n"
KINDS = ("skin", "eye", "mouth", "lash", "hair", "cloth")


def source(name: str) -> str:
    """Text of one .glsl file of this package, without a version line."""
    return files("avatar.look").joinpath(f"{name}.glsl").read_text("utf-8")


COMMON = source("common")
"""Fragment code to put after the version line: the light uniforms, `ambient`, `seen`, `gloss_lobe`, `tone`."""

VERTEX = source("vertex")


@cache
def shader(kind: str, detail: bool = False) -> Shader:
    """The shader of a material, made once; `kind` is one of `KINDS`. `detail` adds what only better qualities pay for: the key
    light's shadow map, pores, lines that come with expressions."""
    head = VERSION + ("#define DETAIL\n" if detail else "")
    if kind == "hair":
        # Hair has a vertex stage of its own, which lights and therefore wants the lights.
        return Shader.make(Shader.SL_GLSL, head + COMMON + VERTEX + source("hair.vert"), head + COMMON + source("hair.frag"))
    fragment = head + COMMON + source("body.frag") + source(f"{kind}.frag")
    return Shader.make(Shader.SL_GLSL, VERSION + VERTEX + source("body.vert"), fragment)


@cache
def caster(holes: bool) -> Shader:
    """What draws a material into the shadow map; `holes`: hair, whose texture's alpha leaves gaps."""
    if holes:
        fragment = VERSION + "#define HOLES\n" + source("shadow.frag")
        return Shader.make(Shader.SL_GLSL, VERSION + COMMON + VERTEX + source("hair.vert"), fragment)
    return Shader.make(Shader.SL_GLSL, VERSION + VERTEX + source("body.vert"), VERSION + source("shadow.frag"))
