"""More voices: what can be fetched, from whom, how large and on which terms; nothing comes without a yes."""

from __future__ import annotations

from collections.abc import Callable

from imgui_bundle import imgui

from dialogue.speech import piper
from dialogue.speech.catalogue import Model
from dialogue.speech.ear import sherpa
from dialogue.speech.extra import install_line
from dialogue.speech.fetch import in_mb
from world.fetching import Fetching
from world.ui.controls import View, accent_button, heading, middle, muted, unit


class GetPage:
    """`back` leads to the settings."""

    def __init__(self, view: View, back: Callable[[], None]) -> None:
        self._view, self._back = view, back
        self._asked = ""  # the key whose yes or no is awaited
        self.places: dict[str, tuple[float, float]] = {}  # middle of each button of the last frame, in pixels

    def draw(self) -> None:
        """All of them below each other."""
        self.places.clear()
        if self._button("< Settings", "back"):
            self._back()
        heading("More voices")
        work = self._view.fetching
        if work is None:
            return
        muted(
            "Nothing is fetched before you say so. Then this computer connects to the named host, which may hand on to stores of its own, "
            "over https alone; what comes is compared with its SHA-256 before it is used."
        )
        if work.trouble:
            imgui.text_wrapped(work.trouble)
        if not piper.installed():
            muted(f"To speak with a voice of this list, Piper is needed too:\n{install_line()}")
        for model in work.models:
            if model.kind == "voice":
                self._row(work, model)
        imgui.dummy(imgui.ImVec2(1, 10 * unit()))
        heading("Models that understand speech")
        muted("For talking aloud: the largest that is here is used, and nothing that was said leaves this computer.")
        if not sherpa.installed():
            muted(f"They need sherpa-onnx too:\n{install_line()}")
        for model in work.models:
            if model.kind == "ear":
                self._row(work, model)

    def _row(self, work: Fetching, model: Model) -> None:
        k = unit()
        imgui.dummy(imgui.ImVec2(1, 6 * k))
        imgui.push_id(model.key)
        heading(f"{model.name}  ·  {model.language}")
        muted(f"{model.about}. {in_mb(model.size)} from {' and '.join(model.hosts)}; licence: {model.licence}")
        if work.busy == model.key:
            self._progress(work)
        else:
            imgui.begin_disabled(bool(work.busy))
            self._choices(work, model)
            imgui.end_disabled()
        imgui.pop_id()

    def _progress(self, work: Fetching) -> None:
        part = work.done / work.total if work.total else 0.0
        said = "stopping…" if work.stopping else f"{in_mb(work.done)} of {in_mb(work.total)}"
        imgui.progress_bar(part, imgui.ImVec2(-1, 0), said)
        imgui.begin_disabled(work.stopping)
        if self._button("Cancel", "cancel"):
            work.cancel()
        imgui.end_disabled()

    def _choices(self, work: Fetching, model: Model) -> None:
        state = work.states[model.key]
        if self._asked == model.key:
            self._question(work, model)
            return
        if state == "here":
            muted("It is here and checked" + ("; choose it in Settings, Voice." if model.kind == "voice" else "."))
        else:
            label = {"absent": "Fetch…", "part": "Go on…", "unchecked": "Check it"}[state]
            if self._button(label, f"fetch {model.key}"):
                if state == "unchecked":
                    work.check(model)
                else:
                    self._asked = model.key
            if state != "absent":
                imgui.same_line()
        if state != "absent" and self._button("Remove", f"remove {model.key}"):
            work.remove(model)

    def _question(self, work: Fetching, model: Model) -> None:
        planned = work.plan(model)
        imgui.text_wrapped(f"{planned.sentence}.")
        if self._button(f"Yes, fetch {in_mb(planned.bytes_left)}", "yes", accent=True):
            self._asked = ""
            work.start(model)
        imgui.same_line()
        if self._button("No", "no"):
            self._asked = ""

    def _button(self, label: str, name: str, *, accent: bool = False) -> bool:
        pressed = accent_button(label) if accent else bool(imgui.button(label))
        self.places[name] = middle()
        return pressed
