"""The room behind her, out of focus as a lens would show it.

The room is drawn once into a texture and gathered over a disc in linear light, so that lamps become soft circles; each frame
then costs one textured quad. It is made again only when camera or size change. (A headset shows the room itself.)
"""

from __future__ import annotations

from panda3d import core as p3d

from world.output.layers import quad

_SHOW = """#version 330
in vec2 uv; uniform sampler2D p3d_Texture0; uniform vec3 view; out vec4 colour;
float noise(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))); }
void main() { vec2 d = uv - vec2(0.5); float edge = 1.0 - 0.42 * dot(d, d) * 1.6;
  vec3 c = texture(p3d_Texture0, (uv - view.xy) * view.z + view.xy).rgb * edge;
  // Behind a face the room steps back, a little darker and less coloured than it is; what shines in it does not.
  float grey = dot(c, vec3(0.30, 0.59, 0.11)), shines = smoothstep(0.45, 0.80, c.r);
  c = mix(mix(vec3(grey), c, 0.86) * vec3(0.69, 0.70, 0.74), c, shines);
  colour = vec4(c + (noise(gl_FragCoord.xy) - 0.5) / 160.0, 1.0); }"""
_BLUR = """#version 330
in vec2 uv; uniform sampler2D p3d_Texture0; uniform vec2 radius; out vec4 colour;
vec3 tone(vec3 c) { c *= 1.15;
  c = c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14); return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)); }
void main() { vec3 sum = vec3(0.0), bloom = vec3(0.0);
  for (int i = 0; i < 128; ++i) { float r = (float(i) + 0.5) / 128.0, a = float(i) * 2.399963;
    vec2 way = radius * vec2(cos(a), sin(a));
    sum += texture(p3d_Texture0, uv + sqrt(r) * way).rgb;
    // What shines strays in the lens: less, the farther off.
    bloom += max(textureLod(p3d_Texture0, uv + WIDE * r * way, 3.0).rgb - 0.8, 0.0); }
  colour = vec4(tone((sum + STRAYS * bloom) / 128.0), 1.0); }""".replace("WIDE", "7.0").replace("STRAYS", "0.16")
_FOCUS = 0.021  # radius of the blur as part of the picture's height
_FAR = 0.45  # part of a change of zoom that reaches the room: what comes near is she, as if the camera had moved
_HEIGHT = 540  # the room is drawn at this height: the blur hides the rest


class Backdrop:
    """`node` belongs under the scene's root; call `renew` when camera or size have changed."""

    def __init__(self, host: p3d.GraphicsOutput, room: p3d.NodePath) -> None:
        self._host = host
        self._room = p3d.NodePath("room scene")
        room.reparent_to(self._room)
        self.node = quad("backdrop", _SHOW)
        self.node.set_bin("background", 0)
        self._buffers: list[p3d.GraphicsOutput] = []
        self.zoom(1.0, (0.5, 0.5))

    def close(self) -> None:
        """Frees the buffers."""
        for buffer in self._buffers:
            p3d.GraphicsEngine.get_global_ptr().remove_window(buffer)
        self._buffers = []

    def zoom(self, zoom: float, about: tuple[float, float]) -> None:
        """She is shown `zoom` times as large; the room, farther away, grows less. `about`: the fixed point, 0..1 from the lower left."""
        self.node.set_shader_input("view", p3d.LVecBase3f(*about, 1.0 / (1.0 + _FAR * (zoom - 1.0))))

    def renew(self, size: tuple[int, int], lens: p3d.Lens, camera: p3d.Mat4) -> None:
        """`camera`: matrix of the camera in the room's space."""
        for buffer in self._buffers:
            p3d.GraphicsEngine.get_global_ptr().remove_window(buffer)
        width = round(_HEIGHT * size[0] / size[1])
        light = p3d.FrameBufferProperties()  # linear, far brighter than white where a lamp is
        light.set_rgba_bits(16, 16, 16, 16)
        light.set_float_color(True)
        light.set_depth_bits(24)
        shown = p3d.Texture("room")
        shown.set_minfilter(p3d.SamplerState.FT_linear_mipmap_linear)
        sharp = self._host.make_texture_buffer("room", width, _HEIGHT, shown, False, light)
        eye = self._room.attach_new_node(p3d.Camera("room camera", lens.make_copy()))
        eye.set_mat(camera)
        sharp.make_display_region().set_camera(eye)
        soft = self._host.make_texture_buffer("room, out of focus", width, _HEIGHT)
        pass_ = p3d.NodePath("blur")
        card = quad("blur", _BLUR)
        card.reparent_to(pass_)
        card.set_texture(sharp.get_texture())
        card.set_shader_input("radius", p3d.LVecBase2f(_FOCUS * size[1] / size[0], _FOCUS))
        soft.make_display_region().set_camera(pass_.attach_new_node(p3d.Camera("blur", p3d.OrthographicLens())))
        for sort, buffer in ((-40, sharp), (-30, soft)):
            buffer.set_sort(sort)
            buffer.set_one_shot(True)
            texture = buffer.get_texture()
            texture.set_wrap_u(p3d.SamplerState.WM_clamp)
            texture.set_wrap_v(p3d.SamplerState.WM_clamp)
        self.node.set_texture(soft.get_texture())
        self._buffers = [sharp, soft]
