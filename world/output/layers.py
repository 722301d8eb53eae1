"""What lies between the scene and the picture: smoothing of edges, and the interface on top.

A window on a GPU smooths edges by multisampling. Drawn in software that costs three and a half times the frame (measured), so there
the scene goes to a texture and one pass smooths along the edges it finds in brightness (after FXAA, Lottes 2009, written anew).
Pictures without a window are drawn twice as large and shrunk: the buffers that EGL gives without a window claim samples, but
Mesa resolves only one of them (measured).
"""

from __future__ import annotations

from panda3d import core as p3d

QUAD_VERTEX = """#version 330
in vec4 p3d_Vertex; out vec2 uv;
void main() { uv = p3d_Vertex.xz * 0.5 + 0.5; gl_Position = vec4(p3d_Vertex.xz, 0.0, 1.0); }"""
_SMOOTH = """#version 330
in vec2 uv; uniform sampler2D p3d_Texture0; uniform vec2 pixel; out vec4 colour;
float light(vec3 c) { return dot(c, vec3(0.299, 0.587, 0.114)); }
void main() {
  vec3 here = texture(p3d_Texture0, uv).rgb;
  float m = light(here);
  float nw = light(texture(p3d_Texture0, uv + pixel * vec2(-0.5, 0.5)).rgb), ne = light(texture(p3d_Texture0, uv + pixel * vec2(0.5)).rgb);
  float sw = light(texture(p3d_Texture0, uv - pixel * vec2(0.5)).rgb), se = light(texture(p3d_Texture0, uv + pixel * vec2(0.5, -0.5)).rgb);
  float low = min(m, min(min(nw, ne), min(sw, se))), high = max(m, max(max(nw, ne), max(sw, se)));
  if (high - low < max(0.03, 0.10 * high)) { colour = vec4(here, 1.0); return; }
  vec2 along = vec2(-((nw + ne) - (sw + se)), (nw + sw) - (ne + se));
  along = clamp(along / (min(abs(along.x), abs(along.y)) + max((nw + ne + sw + se) * 0.03, 0.01)), -6.0, 6.0) * pixel;
  vec3 near = 0.5 * (texture(p3d_Texture0, uv - along / 6.0).rgb + texture(p3d_Texture0, uv + along / 6.0).rgb);
  vec3 far = 0.5 * near + 0.25 * (texture(p3d_Texture0, uv - along * 0.5).rgb + texture(p3d_Texture0, uv + along * 0.5).rgb);
  float f = light(far);
  colour = vec4(f < low || f > high ? near : far, 1.0); }"""

_SHRINK = """#version 330
in vec2 uv; uniform sampler2D p3d_Texture0; uniform vec2 pixel; out vec4 colour;
void main() { colour = texture(p3d_Texture0, uv); }"""  # the middle of four texels: the filter takes their mean


def quad(name: str, fragment: str) -> p3d.NodePath:
    """A card that covers the picture whatever the camera is."""
    maker = p3d.CardMaker(name)
    maker.set_frame(-1, 1, -1, 1)
    path = p3d.NodePath(maker.generate())
    path.set_shader(p3d.Shader.make(p3d.Shader.SL_GLSL, QUAD_VERTEX, fragment))
    path.set_depth_test(False)
    path.set_depth_write(False)
    path.set_two_sided(True)
    path.node().set_bounds(p3d.OmniBoundingVolume())
    path.node().set_final(True)
    return path


class Layers:
    """`overlay` is drawn last, sharp. With `smooth` the camera's picture goes through the smoothing pass; with `fine` it is drawn
    twice as large and shrunk instead."""

    def __init__(
        self, host: p3d.GraphicsOutput, camera: p3d.NodePath, size: tuple[int, int], *, smooth: bool, fine: bool = False
    ) -> None:
        self._host, self._camera, self._times = host, camera, 2 if fine else 1
        self.overlay = p3d.NodePath("overlay")
        self._buffer: p3d.GraphicsOutput | None = None
        self._card: p3d.NodePath | None = None
        if smooth or fine:
            self._card = quad("smooth", _SHRINK if fine else _SMOOTH)
            self._card.reparent_to(self.overlay)
            self._card.set_bin("fixed", 0)
        else:
            host.make_display_region().set_camera(camera)
        top = host.make_display_region()
        top.set_sort(10)
        top.set_camera(self.overlay.attach_new_node(p3d.Camera("overlay", p3d.OrthographicLens())))
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """The picture has another size."""
        if self._card is None:
            return
        if self._buffer is not None:
            p3d.GraphicsEngine.get_global_ptr().remove_window(self._buffer)
        self._buffer = self._host.make_texture_buffer("scene", size[0] * self._times, size[1] * self._times)
        self._buffer.set_clear_color(self._host.get_clear_color())
        self._buffer.set_sort(-5)
        self._buffer.make_display_region().set_camera(self._camera)
        texture = self._buffer.get_texture()
        texture.set_minfilter(p3d.SamplerState.FT_linear)
        texture.set_wrap_u(p3d.SamplerState.WM_clamp)
        texture.set_wrap_v(p3d.SamplerState.WM_clamp)
        self._card.set_texture(texture)
        self._card.set_shader_input("pixel", p3d.LVecBase2f(1 / size[0], 1 / size[1]))
