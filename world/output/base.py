"""Where pictures go. Window, offscreen and headset are equals behind `Output`."""

from __future__ import annotations

from typing import Protocol

from panda3d import core as p3d

from dialogue.trouble import Trouble


class OutputTrouble(Trouble):
    """No picture can be made; the sentence says what is missing."""


class Output(Protocol):
    """One place that shows the scene. A frame is `begin`, the world's steps, `draw`."""

    graphics: p3d.GraphicsOutput
    camera: p3d.NodePath
    overlay: p3d.NodePath
    size: tuple[int, int]
    closed: bool

    def begin(self) -> float:
        """Start a frame; seconds since the last one."""

    def draw(self) -> None:
        """Draw it and hand it over."""

    def close(self) -> None:
        """Let go of window and buffers; may be called twice."""


_PRC = """
audio-library-name null
dpi-aware 1
gl-version 3 3
notify-level warning
notify-level-device fatal
notify-level-audio fatal
notify-level-glgsg fatal
notify-level-display fatal
notify-level-x11display fatal
textures-power-2 none
"""
_loaded = False


def configure(*, headless: bool, samples: int, vsync: bool) -> None:
    """Set Panda3D's configuration for the process; the display library is chosen by the first call and cannot change."""
    global _loaded
    text = f"framebuffer-multisample {int(samples > 0)}\nmultisamples {samples}\nsync-video {int(vsync)}\n"
    if not _loaded:
        text += _PRC + ("load-display p3headlessgl\n" if headless else "load-display pandagl\naux-display p3headlessgl\n")
        _loaded = True
    p3d.load_prc_file_data("visavis", text)


def in_software(graphics: p3d.GraphicsOutput) -> bool:
    """The picture is drawn by the processor."""
    gsg = graphics.get_gsg()
    name = gsg.get_driver_renderer().lower() if gsg is not None else ""
    return any(word in name for word in ("llvmpipe", "softpipe", "swiftshader", "software"))


def filter_textures(graphics: p3d.GraphicsOutput) -> None:
    """Textures that leave it to the output are filtered along the slant where a card does that. Mesa's software renderer can take
    minutes over one sliver of a triangle that way."""
    p3d.ConfigVariableInt("texture-anisotropic-degree").set_value(1 if in_software(graphics) else 4)


def make_camera(size: tuple[int, int]) -> tuple[p3d.NodePath, p3d.PerspectiveLens]:
    """A camera node of its own, in no scene yet."""
    lens = p3d.PerspectiveLens()
    lens.set_near_far(0.05, 40.0)
    lens.set_aspect_ratio(size[0] / size[1])
    return p3d.NodePath(p3d.Camera("camera", lens)), lens


def fault(pipe: p3d.GraphicsPipe | None) -> OutputTrouble:
    """What to say when no output could be opened."""
    if pipe is None or not pipe.is_valid():
        return OutputTrouble(
            "No OpenGL driver was found; install your graphics driver, or on Debian and Ubuntu: "
            "sudo apt-get install libgl1 libegl1 libgl1-mesa-dri"
        )
    return OutputTrouble(
        "The graphics driver offers no OpenGL 3.3 picture; update it, or set LIBGL_ALWAYS_SOFTWARE=1 to draw in software."
    )
