"""Dear ImGui drawn into a texture: one panel for the window, the headset and the tests.

The panel owns its size in pixels and its pointer. Whoever shows the texture (a card over the window, a quad in the room) turns
a mouse or a ray into `point`; the panel never asks a window anything, so it works without one. Colours leave premultiplied, so
that it lies over any background without a rim. The texture is drawn again only when ImGui's triangles have changed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from imgui_bundle import imgui
from panda3d import core as p3d

VERTEX = """#version 330
in vec4 p3d_Vertex; in vec4 p3d_Color; uniform mat4 p3d_ModelViewProjectionMatrix; out vec2 uv; out vec4 tint;
void main() { uv = p3d_Vertex.zw; tint = p3d_Color;
  gl_Position = p3d_ModelViewProjectionMatrix * vec4(p3d_Vertex.x, 0.0, -p3d_Vertex.y, 1.0); }"""
FRAGMENT = """#version 330
in vec2 uv; in vec4 tint; uniform sampler2D p3d_Texture0; out vec4 colour;
void main() { vec4 c = tint * texture(p3d_Texture0, uv); colour = vec4(c.rgb * c.a, c.a); }"""
_BLEND = p3d.ColorBlendAttrib
OVER = _BLEND.make(
    _BLEND.M_add, _BLEND.O_one, _BLEND.O_one_minus_incoming_alpha, _BLEND.M_add, _BLEND.O_one, _BLEND.O_one_minus_incoming_alpha
)


def _vertex_format() -> p3d.GeomVertexFormat:
    array = p3d.GeomVertexArrayFormat()
    array.add_column(p3d.InternalName.get_vertex(), 4, p3d.Geom.NT_float32, p3d.Geom.C_point)
    array.add_column(p3d.InternalName.get_color(), 4, p3d.Geom.NT_uint8, p3d.Geom.C_color)
    return p3d.GeomVertexFormat.register_format(p3d.GeomVertexFormat(array))


class Panel:
    """An ImGui context, its texture, and the pointer that acts on it. `draw` lays out all windows of one frame."""

    def __init__(self, host: p3d.GraphicsOutput, size: tuple[int, int], draw: Callable[[], None]) -> None:
        self._host, self._draw = host, draw
        self._context = imgui.create_context()
        imgui.set_current_context(self._context)
        self.io = imgui.get_io()
        self.io.set_ini_filename("")
        self.io.set_log_filename("")
        self.io.backend_flags |= imgui.BackendFlags_.renderer_has_textures.value
        self.io.backend_flags |= imgui.BackendFlags_.renderer_has_vtx_offset.value
        self._textures: dict[int, p3d.Texture] = {}
        self._next_texture = 1
        self._format = _vertex_format()
        self._shown = b""
        self.command = False  # Ctrl or Cmd is held, as of the last event: ImGui knows it only with the next frame
        self.root = p3d.NodePath("panel")
        self.root.set_shader(p3d.Shader.make(p3d.Shader.SL_GLSL, VERTEX, FRAGMENT))
        self.root.set_attrib(OVER)
        self.root.set_depth_test(False)
        self.root.set_depth_write(False)
        self.root.set_two_sided(True)
        self.root.set_bin("unsorted", 0)
        self.root.node().set_bounds(p3d.OmniBoundingVolume())
        self.root.node().set_final(True)
        self._strip = self.root.attach_new_node("strip")
        self._camera = self.root.attach_new_node(p3d.Camera("panel"))
        self._buffer: p3d.GraphicsOutput | None = None
        self.texture = p3d.Texture("panel")
        self.resize(size)

    # -- what the outside tells the panel --------------------------------------------------------------------------------

    def resize(self, size: tuple[int, int]) -> None:
        """Another size in pixels; `texture` is a new one afterwards."""
        self.size = size
        self.io.display_size = imgui.ImVec2(*size)
        if self._buffer is not None:
            p3d.GraphicsEngine.get_global_ptr().remove_window(self._buffer)
        width, height = size
        self._buffer = self._host.make_texture_buffer("panel", width, height)
        self._buffer.set_clear_color((0, 0, 0, 0))
        self._buffer.set_sort(-10)
        lens = p3d.OrthographicLens()
        lens.set_film_size(width, height)
        lens.set_film_offset(width / 2, -height / 2)
        lens.set_near_far(-10, 10)
        self._camera.node().set_lens(lens)
        self._buffer.make_display_region().set_camera(self._camera)
        self.texture = self._buffer.get_texture()
        self.texture.set_minfilter(p3d.SamplerState.FT_linear)
        self._shown = b""

    def point(self, at: tuple[float, float] | None) -> None:
        """The pointer in pixels from the top left; None when it left."""
        x, y = at or (-imgui.FLT_MAX, -imgui.FLT_MAX)
        self.io.add_mouse_pos_event(x, y)

    def press(self, down: bool, button: int = 0) -> None:
        """A button of the pointer: 0 left, 1 right, 2 middle."""
        self.io.add_mouse_button_event(button, down)

    def scroll(self, notches: float) -> None:
        """The wheel, up positive."""
        self.io.add_mouse_wheel_event(0, notches)

    def key(self, key: imgui.Key, down: bool) -> None:
        """A key of the keyboard."""
        self.io.add_key_event(key, down)

    def type(self, text: str) -> None:
        """Characters typed."""
        self.io.add_input_characters_utf8(text)

    @property
    def wants_pointer(self) -> bool:
        """The pointer is over something of the panel."""
        return bool(self.io.want_capture_mouse)

    @property
    def typing(self) -> bool:
        """A text field has the keyboard."""
        return bool(self.io.want_text_input)

    def use(self) -> None:
        """Make this panel's context the current one (fonts and style belong to it)."""
        imgui.set_current_context(self._context)

    # -- one frame -------------------------------------------------------------------------------------------------------

    def step(self, dt: float) -> None:
        """Lay out, and hand the triangles to Panda3D where they differ from those shown."""
        self.use()
        self.io.delta_time = max(dt, 1e-4)
        imgui.new_frame()
        self._draw()
        imgui.render()
        changed = False
        for texture in imgui.get_platform_io().textures:
            if texture.status != imgui.ImTextureStatus.ok:
                self._refresh(texture)
                changed = True
        lists = imgui.get_draw_data().cmd_lists
        shown = b"".join(self._bytes(commands) for commands in lists)
        same = shown == self._shown and not changed
        assert self._buffer is not None
        self._buffer.set_active(not same)
        if same:
            return
        self._shown = shown
        self._strip.remove_node()
        self._strip = self.root.attach_new_node("strip")
        for commands in lists:
            self._emit(commands)

    @staticmethod
    def _bytes(commands: Any) -> bytes:
        vertices = commands.vtx_buffer
        return ctypes.string_at(vertices.data_address(), vertices.size() * imgui.VERTEX_SIZE)

    def _emit(self, commands: Any) -> None:
        indices = commands.idx_buffer
        data = p3d.GeomVertexData("panel", self._format, p3d.Geom.UH_stream)
        data.modify_array_handle(0).set_data(self._bytes(commands))
        width, height = self.size
        for command in commands.cmd_buffer:
            if not command.elem_count:
                continue
            triangles = p3d.GeomTriangles(p3d.Geom.UH_stream)
            triangles.set_index_type(p3d.Geom.NT_uint16 if imgui.INDEX_SIZE == 2 else p3d.Geom.NT_uint32)
            start = indices.data_address() + command.idx_offset * imgui.INDEX_SIZE
            raw = ctypes.string_at(start, command.elem_count * imgui.INDEX_SIZE)
            triangles.modify_vertices(command.elem_count).modify_handle().set_data(raw)
            if command.vtx_offset:
                triangles.offset_vertices(command.vtx_offset)
            triangles.close_primitive()
            geom = p3d.Geom(data)
            geom.add_primitive(triangles)
            x0, y0, x1, y1 = (command.clip_rect[i] for i in range(4))
            clip = (max(x0, 0) / width, min(x1, width) / width, 1 - min(y1, height) / height, 1 - max(y0, 0) / height)
            if clip[0] >= clip[1] or clip[2] >= clip[3]:
                continue
            texture = self._textures[command.tex_ref.get_tex_id()]
            node = p3d.GeomNode("panel")
            node.add_geom(geom, p3d.RenderState.make(p3d.ScissorAttrib.make(*clip), p3d.TextureAttrib.make(texture)))
            self._strip.attach_new_node(node)

    def _refresh(self, source: Any) -> None:
        status = imgui.ImTextureStatus
        if source.status == status.want_destroy:
            self._textures.pop(source.tex_id).clear()
            source.tex_id, source.status = 0, status.destroyed
            return
        if source.status == status.want_create:
            texture = p3d.Texture("glyphs")
            texture.setup_2d_texture(source.width, source.height, p3d.Texture.T_unsigned_byte, p3d.Texture.F_rgba)
            texture.set_minfilter(p3d.SamplerState.FT_linear)
            source.tex_id = self._next_texture
            self._textures[self._next_texture] = texture
            self._next_texture += 1
        pixels = source.get_pixels_array().reshape(source.height, source.width, 4)
        # ImGui's rows run down and its bytes are RGBA; Panda3D reads rows as they come and bytes as BGRA
        self._textures[source.tex_id].set_ram_image(pixels[:, :, [2, 1, 0, 3]].tobytes())
        source.status = status.ok
