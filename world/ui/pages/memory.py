"""What she remembers: to search, put right, pin, delete and trace to its source; private visits, export, and erasing everything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from imgui_bundle import imgui

from dialogue import events
from dialogue.memory.items import Item, KeptFact
from dialogue.trouble import Trouble
from world.keeping import Keeping
from world.ui import theme
from world.ui.controls import heading, muted, unit
from world.ui.pages.vault import Chooser, Places, button

_MOST_LETTERS = 300
_SHOWN = 200
ERASE = "ERASE"


class MemoryPage:
    """`places`: middle of each button of the last frame, in pixels."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self.places: Places = {}
        self.chooser = Chooser(keeping, self.places)
        self.query = ""
        self._seen: tuple[int, str] = (-1, "")
        self.facts: list[KeptFact] = []
        self.items: list[Item] = []
        self._trouble = self._done = ""
        self._open = 0  # the fact whose choices are shown
        self._does = ""  # edit, source or forget, of that fact
        self._value = self._name = ""
        self._file = str(Path.home() / "visavis-export.json")
        self._erasing = ""
        self._asks_erase = False

    def draw(self) -> None:
        """All of it below each other."""
        self.places.clear()
        heading("Memory")
        self.chooser.draw()
        if self._keeping.trouble:
            imgui.text_wrapped(self._keeping.trouble)
        if self._keeping.state == "open":
            self._private()
        imgui.dummy(imgui.ImVec2(1, 6 * unit()))
        heading("What she knows of you")
        imgui.set_next_item_width(-1)
        _, self.query = imgui.input_text_with_hint("##search", "Search facts and everything that was said", self.query[:_MOST_LETTERS])
        self._look()
        if self._trouble:
            imgui.text_wrapped(self._trouble)
        if self.query.strip():
            self._found()
        else:
            self._known()
        if self._keeping.state == "open":
            imgui.dummy(imgui.ImVec2(1, 10 * unit()))
            self._leaving()

    def _private(self) -> None:
        private = self._keeping.memory.private
        changed, on = imgui.checkbox("Private visit", private)
        self.places["private"] = _left()
        if changed:
            self._keeping.amend(events.Private(on))
        if private:
            imgui.text_wrapped(
                "Nothing of what is said now is kept, and she will not know it afterwards. Limits and help lines stay as they are."
            )

    def _look(self) -> None:
        """Read the memory again where it or the question has changed."""
        now = (self._keeping.changes, self.query.strip())
        if now == self._seen:
            return
        self._seen, self._trouble = now, ""
        memory, at = self._keeping.memory, self._keeping.clock()
        try:
            self.facts = memory.kept.all(at)
            self.items = memory.find(now[1], at, 20) if now[1] else []
        except Trouble as trouble:
            self._trouble = str(trouble)

    def _found(self) -> None:
        held = {f.id: f for f in self.facts}
        if not self.items:
            muted("Nothing was found.")
        for i, item in enumerate(self.items):
            if item.kind == "fact" and item.id in held:
                self._row(held[item.id])
                continue
            imgui.push_id(i)
            imgui.dummy(imgui.ImVec2(1, 3 * unit()))
            imgui.text_wrapped(item.text)
            muted(f"{'said' if item.kind == 'turn' else 'thought over'} {_day(item.at)}")
            imgui.pop_id()

    def _known(self) -> None:
        if not self.facts:
            muted("Nothing yet. What you tell her appears here, and each line can be put right or deleted.")
        for fact in self.facts[:_SHOWN]:
            self._row(fact)
        if len(self.facts) > _SHOWN:
            muted(f"… and {len(self.facts) - _SHOWN} older ones; search finds them.")

    def _row(self, fact: KeptFact) -> None:
        imgui.push_id(fact.id)
        imgui.dummy(imgui.ImVec2(1, 3 * unit()))
        mark = "* " if fact.pinned else ""
        width = imgui.get_content_region_avail().x
        size = imgui.calc_text_size(f"{mark}{fact.text}", wrap_width=width)
        at = imgui.get_cursor_pos()
        if imgui.selectable("##row", self._open == fact.id, 0, imgui.ImVec2(width, size.y))[0]:
            self._open, self._does = (0, "") if self._open == fact.id else (fact.id, "")
        self.places[f"row {fact.id}"] = _left()
        imgui.set_cursor_pos(at)
        if fact.pinned:
            imgui.push_style_color(imgui.Col_.text.value, imgui.ImVec4(*theme.ACCENT))
        imgui.text_wrapped(f"{mark}{fact.text}")
        if fact.pinned:
            imgui.pop_style_color()
        if self._open == fact.id:
            self._choices(fact)
        imgui.pop_id()

    def _choices(self, fact: KeptFact) -> None:
        muted(f"told {_day(fact.at)}" + (f", used {fact.uses} times" if fact.uses > 1 else ""))
        if button(self.places, "Edit", f"edit {fact.id}"):
            self._does, self._value, self._name = "edit", fact.value, fact.name
        imgui.same_line()
        if button(self.places, "Unpin" if fact.pinned else "Pin", f"pin {fact.id}"):
            self._keeping.amend(events.Amend(fact.id, pinned=not fact.pinned))
        imgui.same_line()
        if button(self.places, "Source", f"source {fact.id}"):
            self._does = "" if self._does == "source" else "source"
        imgui.same_line()
        if button(self.places, "Forget", f"forget {fact.id}"):
            self._does = "forget"
        if self._does == "edit":
            self._edit(fact)
        elif self._does == "source":
            self._source(fact)
        elif self._does == "forget":
            imgui.text_wrapped("She forgets it, and the sentences that told her. Nothing brings it back.")
            if button(self.places, "Forget it", "forget, yes", accent=True):
                self._keeping.amend(events.Forget((fact.id,)))
                self._open, self._does = 0, ""
            imgui.same_line()
            if button(self.places, "Keep it", "forget, no"):
                self._does = ""

    def _edit(self, fact: KeptFact) -> None:
        imgui.set_next_item_width(-1)
        _, self._value = imgui.input_text("##value", self._value[:_MOST_LETTERS])
        self.places["value"] = _left()
        if fact.kind in ("person", "pet", "date"):
            imgui.set_next_item_width(-1)
            _, self._name = imgui.input_text("##name", self._name[:_MOST_LETTERS])
            self.places["name"] = _left()
        if button(self.places, "Save", "save", accent=True) and self._value.strip():
            self._keeping.amend(events.Amend(fact.id, self._value.strip(), self._name.strip()))
            self._does = ""
        imgui.same_line()
        if button(self.places, "Cancel", "cancel"):
            self._does = ""

    def _source(self, fact: KeptFact) -> None:
        found = False
        for number in fact.turns:
            turn = self._keeping.memory.visits.turn(number)
            if turn is not None:
                found = True
                muted(f"You said to {turn.person} {_day(turn.at)}:")
                imgui.text_wrapped(f"\u201c{turn.user}\u201d")
        if not found:
            muted("It was put in by hand, or the sentence that told it is gone.")

    # -- leaving with it, or ending it -----------------------------------------------------------------------------------

    def _leaving(self) -> None:
        heading("Take it with you, or end it")
        imgui.set_next_item_width(-1)
        _, self._file = imgui.input_text("##file", self._file[:1000])
        if button(self.places, "Export everything", "export"):
            path = Path(self._file).expanduser()
            if path.suffix.lower() not in (".json", ".md"):
                self._done = "The name must end in .json (to be imported again) or .md (to be read)."
            else:
                self._done = self._keeping.export(path) or f"Everything is in {path}. That file is not encrypted."
        if self._done:
            muted(self._done)
        if not self._asks_erase:
            if button(self.places, "Erase everything…", "erase"):
                self._asks_erase, self._erasing = True, ""
            return
        imgui.text_wrapped("All she knows of you and all that was said is destroyed, consent and counters with it. Nothing brings it back.")
        imgui.set_next_item_width(-1)
        _, self._erasing = imgui.input_text_with_hint("##erasing", f"type {ERASE}", self._erasing[:10])
        self.places["erasing"] = _left()
        imgui.begin_disabled(self._erasing.strip() != ERASE)
        if button(self.places, "Erase it all", "erase, yes", accent=True):
            self._trouble = self._keeping.erase_everything()
            self._asks_erase, self._open = False, 0
        imgui.end_disabled()
        imgui.same_line()
        if button(self.places, "Keep it all", "erase, no"):
            self._asks_erase = False


def _day(at: float) -> str:
    when = datetime.fromtimestamp(at)
    return f"on {when.day} {when:%B %Y}"


def _left() -> tuple[float, float]:
    """A point near the left end of what was drawn last: where a box or a line of text is surely met."""
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    return low.x + min(12.0, (high.x - low.x) / 2), (low.y + high.y) / 2
