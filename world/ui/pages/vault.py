"""How the memory is guarded: chosen once, changed, unlocked; the recovery code is shown a single time."""

from __future__ import annotations

from imgui_bundle import imgui

from dialogue.memory.keys import Protection
from dialogue.memory.strength import is_enough, strength
from world.keeping import PLAIN_WARNING, Keeping
from world.ui.controls import accent_button, heading, middle, muted, unit

_MOST = 200
_STRENGTH = ("guessed at once", "weak", "fair", "good", "strong")
_SECRET = imgui.InputTextFlags_.password.value | imgui.InputTextFlags_.enter_returns_true.value
Places = dict[str, tuple[float, float]]


def button(places: Places, label: str, name: str, *, accent: bool = False) -> bool:
    """A button whose middle is noted under a name."""
    pressed = accent_button(label) if accent else bool(imgui.button(label))
    places[name] = middle()
    return pressed


class Chooser:
    """Passphrase, keyring, or no protection after a warning."""

    def __init__(self, keeping: Keeping, places: Places) -> None:
        self._keeping, self._places = keeping, places
        self.first = self.second = ""
        self._trouble = ""
        self._warned = False
        self.open = False

    def draw(self) -> None:
        """What guards it now, or the choice."""
        keeping, places = self._keeping, self._places
        if keeping.recovery_code:
            self._code()
            return
        if keeping.state == "open" and not self.open:
            self._now()
            return
        if keeping.state != "open":
            imgui.text_wrapped("Nothing is kept yet: when you close Visavis, she forgets this visit.")
            muted("Choose how your memory is to be guarded, and she will remember from now on. It stays on this computer, encrypted.")
        imgui.dummy(imgui.ImVec2(1, 4 * unit()))
        imgui.text_unformatted("A passphrase (at least ten letters)")
        imgui.set_next_item_width(-1)
        _, self.first = imgui.input_text_with_hint("##first", "some words that do not belong together", self.first[:_MOST], _SECRET)
        places["first"] = middle()
        imgui.set_next_item_width(-1)
        _, self.second = imgui.input_text_with_hint("##second", "the same once more", self.second[:_MOST], _SECRET)
        places["second"] = middle()
        if self.first:
            muted(f"Hard to guess: {_STRENGTH[strength(self.first)]}" + ("" if is_enough(self.first) else ", which is not enough"))
        imgui.begin_disabled(not (is_enough(self.first) and self.first == self.second))
        if button(places, "Guard it with this passphrase", "passphrase", accent=True):
            self._choose("passphrase", self.first)
        imgui.end_disabled()
        if keeping.keyring and button(places, f"Use this account's keyring ({keeping.keyring})", "keyring"):
            self._choose("keyring")
        self._plain()
        if keeping.state == "open" and button(places, "Leave it as it is", "leave"):
            self.open = self._warned = False
        if self._trouble:
            imgui.text_wrapped(self._trouble)

    def _plain(self) -> None:
        if not self._warned:
            if button(self._places, "No protection…", "plain"):
                self._warned = True
            return
        imgui.dummy(imgui.ImVec2(1, 4 * unit()))
        imgui.text_wrapped(PLAIN_WARNING)
        if button(self._places, "Keep it unprotected", "plain, yes"):
            self._choose("plain")
        imgui.same_line()
        if button(self._places, "No", "plain, no"):
            self._warned = False

    def _now(self) -> None:
        keeping = self._keeping
        if keeping.protection == "plain":
            imgui.text_wrapped("Not protected: whoever reads this computer's disk can read it.")
        else:
            by = "your passphrase" if keeping.protection == "passphrase" else "this account's keyring"
            imgui.text_wrapped(f"Encrypted on this computer; {by} opens it.")
        if button(self._places, "Change…", "change"):
            self.open = True

    def _code(self) -> None:
        heading("Your recovery code")
        imgui.text_wrapped(
            "It opens your memory when the passphrase or the keyring is lost. It is shown this once: write it down and keep it apart."
        )
        imgui.set_next_item_width(-1)
        imgui.input_text("##code", self._keeping.recovery_code, imgui.InputTextFlags_.read_only.value)
        if button(self._places, "I have written it down", "noted", accent=True):
            self._keeping.recovery_code = ""

    def _choose(self, protection: Protection, passphrase: str = "") -> None:
        self._trouble = self._keeping.guard(protection, passphrase)
        if not self._trouble:
            self.first = self.second = ""
            self.open = self._warned = False


class UnlockPage:
    """Before she wakes: the passphrase of the memory, its recovery code, or a visit without it."""

    def __init__(self, keeping: Keeping, name: str) -> None:
        self._keeping, self._name = keeping, name
        self._secret = self._trouble = ""
        self._code = False
        self._focus = True
        self.places: Places = {}

    def draw(self) -> None:
        """Question, field, ways around it."""
        self.places.clear()
        heading("Your memory is locked")
        imgui.text_wrapped(f"What {self._name} remembers of you is encrypted.")
        imgui.dummy(imgui.ImVec2(1, 6 * unit()))
        imgui.text_unformatted("Recovery code" if self._code else "Passphrase")
        imgui.set_next_item_width(-1)
        if self._focus:
            imgui.set_keyboard_focus_here()
            self._focus = False
        entered, self._secret = imgui.input_text("##secret", self._secret[:_MOST], _SECRET)
        self.places["secret"] = middle()
        if (button(self.places, "Open", "open", accent=True) or entered) and self._secret:
            self._trouble = self._keeping.unlock(self._secret, code=self._code)
            self._secret, self._focus = "", True
        imgui.same_line()
        if button(self.places, "Use the passphrase" if self._code else "Use the recovery code", "code"):
            self._code, self._focus = not self._code, True
        if self._trouble:
            imgui.text_wrapped(self._trouble)
        imgui.dummy(imgui.ImVec2(1, 10 * unit()))
        if button(self.places, "Talk without it", "aside"):
            self._keeping.set_aside()
        muted("Then she knows nothing from before, and nothing of this visit is kept.")
