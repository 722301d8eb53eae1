"""From plain arrays to Panda3D: vertex formats, nodes, textures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    LVecBase2f,
    LVecBase3f,
    LVecBase4f,
    NodePath,
    OmniBoundingVolume,
    SamplerState,
    Texture,
    TransparencyAttrib,
)

from avatar.body.mesh import Floats
from avatar.body.part import Part
from avatar.look.glsl import shader
from avatar.look.shadow import MASK, TAG

FIXED = np.dtype([("uv", "<f4", 2), ("weights", "<f4", 4), ("extra", "<f4", 4), ("bent", "<f4", 4), ("joints", "u1", 4)])


def vertex_format() -> GeomVertexFormat:
    """Array 0: position and normal, which morph; array 1: the rest, which never changes."""
    moving, fixed = GeomVertexArrayFormat(), GeomVertexArrayFormat()
    moving.addColumn("vertex", 3, GeomEnums.NT_float32, GeomEnums.C_point)
    moving.addColumn("normal", 3, GeomEnums.NT_float32, GeomEnums.C_normal)
    fixed.addColumn("texcoord", 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
    for name in ("weights", "extra", "bent"):
        fixed.addColumn(name, 4, GeomEnums.NT_float32, GeomEnums.C_other)
    fixed.addColumn("joints", 4, GeomEnums.NT_uint8, GeomEnums.C_other)
    out = GeomVertexFormat()
    out.addArray(moving)
    out.addArray(fixed)
    return GeomVertexFormat.registerFormat(out)


def vertex_data(parts: list[Part], dynamic: bool) -> GeomVertexData:
    """One vertex buffer for several parts, one after another."""
    data = GeomVertexData("body", vertex_format(), GeomEnums.UH_dynamic if dynamic else GeomEnums.UH_static)
    count = sum(len(p.points) for p in parts)
    data.uncleanSetNumRows(count)
    moving = np.concatenate([np.concatenate([p.points, p.normals], 1) for p in parts]).astype("<f4")
    fixed = np.zeros(count, FIXED)
    fixed["uv"] = np.concatenate([p.uv for p in parts])
    fixed["weights"] = np.concatenate([p.weights for p in parts])
    fixed["extra"] = np.concatenate([p.extra for p in parts])
    fixed["bent"] = np.concatenate([p.bent for p in parts])
    fixed["joints"] = np.concatenate([p.joints for p in parts])
    for array, values in ((0, moving), (1, fixed)):
        stride = data.getArray(array).getArrayFormat().getStride()
        if stride * count != values.nbytes:
            raise ValueError(f"The vertex format has {stride} bytes a vertex, not {values.nbytes // count}: use Panda3D 1.10.")
        data.modifyArray(array).modifyHandle().copyDataFrom(values.tobytes())
    return data


def node(
    part: Part, data: GeomVertexData, first: int, parent: NodePath, textures: dict[str, Texture], detail: bool
) -> NodePath:
    """A drawable node of a part whose vertices start at `first` in `data`."""
    primitive = GeomTriangles(GeomEnums.UH_static)
    wide = data.getNumRows() > 65535
    primitive.setIndexType(GeomEnums.NT_uint32 if wide else GeomEnums.NT_uint16)
    index = (part.tris.astype(np.int64) + first).astype(np.uint32 if wide else np.uint16)
    rows = primitive.modifyVertices()
    rows.uncleanSetNumRows(index.size)
    rows.modifyHandle().copyDataFrom(index.tobytes())
    primitive.setVertices(rows)
    geom = Geom(data)
    geom.addPrimitive(primitive)
    geom_node = GeomNode(part.name)
    geom_node.addGeom(geom)
    # The palette moves vertices far from where they rest, so bounds of the rest pose would cull wrongly.
    geom_node.setBounds(OmniBoundingVolume())
    geom_node.setFinal(True)
    path = parent.attachNewNode(geom_node)
    path.setShader(shader(part.kind, detail))
    path.setShaderInput("tint", LVecBase4f(*part.tint, 1))
    for name, values in part.inputs.items():
        vector = {2: LVecBase2f, 3: LVecBase3f, 4: LVecBase4f}[len(values)]
        path.setShaderInput(name, vector(*values))
    if part.texture:
        path.setTexture(textures[part.texture])
    for name, key in part.maps.items():
        path.setShaderInput(name, textures[key])
    path.setTag(TAG, "holes" if part.kind == "hair" else "solid")
    if part.kind in ("lash", "mouth"):
        path.hide(MASK)
    path.setTwoSided(part.two_sided)
    if part.soft:
        # Blended rather than covered by samples, for drawing in software has none: brows and lashes first, on finished skin;
        # then hair from the inside out, which writes depth so that its far side stays behind.
        path.setTransparency(TransparencyAttrib.M_alpha)
        path.setBin("fixed", 1 if part.kind == "hair" else 0)
        path.setDepthWrite(part.kind == "hair")
    return path


def texture(name: str, picture: Floats | NDArray[np.uint8], *, tiled: bool = False, sharp: bool = True) -> Texture:
    """A mipmapped texture of (h, w, 1 to 4) or (h, w), 0..1 or bytes; row 0 is the top. Two channels are shade and coverage."""
    bytes_: NDArray[np.uint8] = (picture if picture.dtype == np.uint8 else np.clip(picture, 0, 1) * 255.0 + 0.5).astype(np.uint8)
    if bytes_.ndim == 2:
        bytes_ = np.stack([np.full_like(bytes_, 128), bytes_], 2)
    if bytes_.shape[2] == 2:
        bytes_ = bytes_[:, :, [0, 0, 0, 1]]
    height, width, channels = bytes_.shape
    out = Texture(name)
    out.setup2dTexture(width, height, Texture.T_unsigned_byte, Texture.F_rgba if channels == 4 else Texture.F_rgb)
    order = [2, 1, 0, 3] if channels == 4 else [2, 1, 0]
    out.setRamImage(np.ascontiguousarray(bytes_[::-1, :, order]).tobytes())
    out.setMinfilter(SamplerState.FT_linear_mipmap_linear)
    out.setMagfilter(SamplerState.FT_linear)
    # 0: as the output says. Hair is all slivers, which filtering along the slant makes dear.
    out.setAnisotropicDegree(0 if sharp and name != "hair" else 1)
    if tiled:
        out.setWrapU(SamplerState.WM_repeat)
        out.setWrapV(SamplerState.WM_repeat)
    else:
        out.setWrapU(SamplerState.WM_clamp)
        out.setWrapV(SamplerState.WM_clamp)
    # The card has its own copy; one in memory would be as large again.
    out.setKeepRamImage(False)
    return out
