"""The program under test with a report of its state after each frame, for tests that drive it from outside."""

SCRIPT = """
import json, os, sys
from pathlib import Path
from imgui_bundle import imgui
from world.app import App

spoken = Path(sys.argv[1]) / "spoken.wav"
if spoken.exists():  # a file stands in for the microphone, and somebody who knows its words for what understands them
    import time
    import world.hearing as hearing
    from dialogue.speech.ear.microphone import WavMicrophone

    class Told:
        name = "told"
        async def transcribe(self, samples):
            return "these words were spoken"
        async def aclose(self):
            pass

    hearing.DeviceMicrophone = lambda name: WavMicrophone(spoken, time.monotonic)
    hearing.local_ear = lambda folder, language: Told()

class Watched(App):
    frames = 0
    tab = None

    def frame(self):
        super().frame()
        self.frames += 1
        chat = self.interface.chat
        talk = self.talk
        state = {
            "frames": self.frames,
            "double": self.window.graphics.get_fb_properties().get_back_buffers(),
            "typing": self.interface.panel.typing, "draft": chat._draft, "cut": chat._cut, "page": self.interface.page,
            "size": list(self.window.size), "panel": list(self.interface.panel.size), "who": str([m.who for m in talk.messages]),
            "last_user": talk.last_user, "doing": self.view.doing, "hearing": self.view.hearing,
            "settings_tab": self.interface.tab_places.get("settings"),
        }
        part = Path(sys.argv[2] + ".part")
        part.write_text(json.dumps(state))
        os.replace(part, sys.argv[2])

Watched(Path(sys.argv[1])).run()
"""
