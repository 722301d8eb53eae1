"""A window on the desktop, and what its keyboard and mouse said since the last frame."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

from panda3d import core as p3d

from world.output.base import configure, fault, filter_textures, in_software, make_camera
from world.output.layers import Layers


@dataclass(slots=True)
class Inputs:
    """Of one frame. events: in the order in which they came, (Panda3D's button name, pressed), or (typed text, None).
    pointer: pixels from the top left, None when it is outside. wheel: notches up."""

    events: list[tuple[str, bool | None]] = field(default_factory=list)
    pointer: tuple[float, float] | None = None
    wheel: float = 0.0


class Window:
    """A resizable window. `closed` turns True with the close box; `resized` for the frame after a change of size."""

    def __init__(self, size: tuple[int, int], title: str, *, full_screen: bool = False, samples: int = 4) -> None:
        configure(headless=False, samples=samples, vsync=True)
        self._engine = p3d.GraphicsEngine.get_global_ptr()
        pipe = p3d.GraphicsPipeSelection.get_global_ptr().make_default_pipe()
        want = p3d.FrameBufferProperties()
        want.set_rgba_bits(8, 8, 8, 0)
        want.set_depth_bits(24)
        want.set_back_buffers(1)  # without it the screen shows pictures half drawn
        want.set_multisamples(samples)
        props = p3d.WindowProperties(size=p3d.LVecBase2i(*size))
        props.set_title(title)
        props.set_fullscreen(full_screen)
        window = None
        if pipe is not None and pipe.is_valid():
            window = self._engine.make_output(pipe, "window", 0, want, props, p3d.GraphicsPipe.BF_require_window)
        if not isinstance(window, p3d.GraphicsWindow):
            raise fault(pipe)
        self._engine.open_windows()
        if window.get_gsg() is None or not window.is_valid():
            raise fault(pipe)
        self.graphics: p3d.GraphicsOutput = window
        software = in_software(window)
        self._least_s = 1 / 60 if software else 1 / 144  # where the screen's own rhythm is not kept
        filter_textures(window)
        if software:  # drawing runs behind in a queue without end: frames are finished one by one
            p3d.load_prc_file_data("visavis", "gl-finish 1\n")
        self._window = window
        window.set_clear_color((0.05, 0.045, 0.05, 1))
        self.size = (window.get_x_size(), window.get_y_size())
        self.closed, self.resized = False, False
        self.camera, self.lens = make_camera(self.size)
        self._layers = Layers(window, self.camera, self.size, smooth=software)
        self.overlay = self._layers.overlay
        self._last = time.perf_counter()
        self._windowed = self.size
        self._data = p3d.NodePath("data")
        self._traverser = p3d.DataGraphTraverser()
        self._queue = p3d.EventQueue.get_global_event_queue()
        mouse = self._data.attach_new_node(p3d.MouseAndKeyboard(window, 0, "input"))
        self._mouse = p3d.MouseWatcher("mouse")
        buttons = p3d.ButtonThrower("buttons")
        buttons.set_button_down_event("visavis-down")
        buttons.set_button_up_event("visavis-up")
        buttons.set_button_repeat_event("visavis-repeat")
        buttons.set_keystroke_event("visavis-text")
        mouse.attach_new_node(self._mouse).attach_new_node(buttons)
        self.inputs = Inputs()

    @property
    def scale(self) -> float:
        """Pixels of this screen per point: told by Windows and macOS; on X11 by the variable that desktops set."""
        zoom = float(self._window.get_pipe().get_display_zoom())
        if zoom != 1.0:
            return zoom
        try:
            return min(max(float(os.environ.get("GDK_SCALE", "1")), 1.0), 4.0)
        except ValueError:
            return 1.0

    @property
    def full_screen(self) -> bool:
        """Covers the whole screen."""
        return bool(self._window.get_properties().get_fullscreen())

    def set_full_screen(self, on: bool) -> None:
        """Ask the desktop; the answer comes with a later frame."""
        props = p3d.WindowProperties()
        if on:
            self._windowed = self.size
            pipe = self._window.get_pipe()
            props.set_size(pipe.get_display_width() or self.size[0], pipe.get_display_height() or self.size[1])
        else:
            props.set_size(*self._windowed)
        props.set_fullscreen(on)
        self._window.request_properties(props)

    def begin(self) -> float:
        """Wall time since the last frame, at most .1 s (a window that was dragged must not leap); reads the inputs."""
        now = time.perf_counter()
        dt, self._last = min(now - self._last, 0.1), now
        self._traverser.traverse(self._data.node())
        self._read()
        size = (self._window.get_x_size(), self._window.get_y_size())
        self.resized = size != self.size and min(size) > 0
        if self.resized:
            self.size = size
            self._layers.resize(size)
        self.closed = self.closed or self._window.is_closed()
        return dt

    def _read(self) -> None:
        self.inputs = Inputs()
        while not self._queue.is_queue_empty():
            event = self._queue.dequeue_event()
            name = event.get_name()
            if not name.startswith("visavis-") or not event.get_num_parameters():
                continue
            if name == "visavis-text":
                self.inputs.events.append((event.get_parameter(0).get_wstring_value(), None))
                continue
            button = event.get_parameter(0).get_string_value()
            if button in ("wheel_up", "wheel_down"):
                if name == "visavis-down":
                    self.inputs.wheel += 1 if button == "wheel_up" else -1
                continue
            self.inputs.events.append((button, name != "visavis-up"))
        if self._mouse.has_mouse():
            x, y = self._mouse.get_mouse()
            self.inputs.pointer = ((x + 1) / 2 * self.size[0], (1 - y) / 2 * self.size[1])

    def draw(self) -> None:
        """Draw and flip."""
        self._engine.render_frame()
        left = self._least_s - (time.perf_counter() - self._last)
        if left > 0:
            time.sleep(left)

    def close(self) -> None:
        """Close the window."""
        self.closed = True
        self._engine.remove_window(self.graphics)
