"""Pictures without a window: photos, films, tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d import core as p3d

from world.output.base import configure, fault, filter_textures, make_camera
from world.output.layers import Layers


class Offscreen:
    """Steps by `dt` a frame, whatever the wall clock does. With `fine` each pixel is the mean of four; without, edges are
    smoothed in one pass, at a quarter of the cost. Raises `OutputTrouble` where nothing can be drawn."""

    def __init__(self, size: tuple[int, int], *, dt: float = 1 / 60, fine: bool = True) -> None:
        configure(headless=True, samples=0, vsync=False)
        self.size, self.dt, self.closed = size, dt, False
        self._engine = p3d.GraphicsEngine.get_global_ptr()
        pipe = p3d.GraphicsPipeSelection.get_global_ptr().make_default_pipe()
        want = p3d.FrameBufferProperties()
        want.set_rgba_bits(8, 8, 8, 8)
        want.set_depth_bits(24)
        buffer = None
        if pipe is not None and pipe.is_valid():
            buffer = self._engine.make_output(
                pipe, "offscreen", 0, want, p3d.WindowProperties(size=p3d.LVecBase2i(*size)), p3d.GraphicsPipe.BF_refuse_window
            )
        if buffer is None:
            raise fault(pipe)
        self.graphics: p3d.GraphicsOutput = buffer
        self._texture = p3d.Texture("picture")
        buffer.add_render_texture(self._texture, p3d.GraphicsOutput.RTM_copy_ram, p3d.GraphicsOutput.RTP_color)
        buffer.set_clear_color((0.05, 0.045, 0.05, 1))
        self.camera, self.lens = make_camera(size)
        self.overlay = Layers(buffer, self.camera, size, smooth=not fine, fine=fine).overlay
        self._engine.open_windows()
        filter_textures(buffer)

    def begin(self) -> float:
        """The fixed step."""
        return self.dt

    def draw(self) -> None:
        """Draw now; `pixels` is this frame when it returns."""
        self._engine.render_frame()

    def pixels(self) -> NDArray[np.uint8]:
        """The last drawn picture, uint8[height, width, 3], red first, top row first."""
        image = memoryview(self._texture.get_ram_image_as("RGB"))  # type: ignore[arg-type]  # the stubs lack the buffer protocol
        raw: NDArray[np.uint8] = np.frombuffer(image, np.uint8)
        return raw.reshape(self.size[1], self.size[0], 3)[::-1]

    def close(self) -> None:
        """Free the buffer."""
        if not self.closed:
            self.closed = True
            self._engine.remove_window(self.graphics)
