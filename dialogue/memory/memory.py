"""Everything she remembers, as the mind uses it: heard with every sentence, found again, corrected, forgotten.

A memory over `Vault.loose()` is that of one visit and leaves nothing. While `private` is on, nothing that is said is written, and
when it is turned off again, or the visit ends, nothing of it is known any more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from dialogue.brain.facts import Fact, Facts, Learned
from dialogue.brain.knowing import and_list, asks_when, say_fact
from dialogue.brain.redact import names_in
from dialogue.brain.words import content
from dialogue.data import asset_json
from dialogue.events import Notice
from dialogue.memory.aside import PrivateLedger
from dialogue.memory.carry import carry
from dialogue.memory.dates import when
from dialogue.memory.embed import Embedder
from dialogue.memory.erase import Eraser, Mark, mark_of, mark_of_words
from dialogue.memory.items import Item, KeptFact, Recalled
from dialogue.memory.kept import Kept
from dialogue.memory.meant import WHEN_WORDS, words_for
from dialogue.memory.recall import LEAST_COSINE, Recall
from dialogue.memory.reflect import EVERY_TURNS, reflect
from dialogue.memory.spoken import as_note
from dialogue.memory.threads import Threads
from dialogue.memory.vault import Vault
from dialogue.memory.visits import Visits
from dialogue.trouble import MemoryTrouble

log = logging.getLogger(__name__)


class Memory:
    """`user_name`: from the settings. `embedder`: where vectors come from. `on_forget`: called with the marks of what was forgotten, so
    that the running talk forgets it too."""

    def __init__(self, vault: Vault, now: float, user_name: str | None = None, embedder: Embedder | None = None) -> None:
        self.embedder = embedder or Embedder()
        self._use(vault)
        self._loose = {newest} if (newest := self.visits.newest_id()) else set[int]()
        self.facts = Facts(user_name, self.kept.now_held(now), self.kept.tombs.holds)
        self.embedder.names = lambda: [name for fact in self.facts for name in names_in(fact)]
        self.on_forget: Callable[[list[Mark]], None] = lambda marks: None
        self.private = False
        self.ledger = PrivateLedger(lambda: self.vault.ledger, lambda: self.private)
        self.trouble = ""
        self.changes = 0
        """Grows with each change of what is known."""
        self._visit, self._begun, self._turns = 0, now, dict[int, int]()
        self._new: list[Fact] = []
        self._since_reflection = 0

    def _use(self, vault: Vault) -> None:
        self.vault, self.store = vault, vault.store
        self.kept = Kept(self.store, self.embedder.stored)
        self.visits = Visits(self.store, self.embedder.stored)
        self.recall_ = Recall(self.store, self.embedder.query)
        self.threads = Threads(self.store)
        self.eraser = Eraser(self.store, self.kept, self.visits)

    def settle(self, vault: Vault) -> None:
        """Move into another, empty vault, with all that is known: a visit that began without a place to keep things."""
        carry(self.store, vault.store, self.embedder.stored)
        old = self.vault
        self._use(vault)
        self.facts.forgotten_by(self.kept.tombs.holds)
        old.close()

    @property
    def lasting(self) -> bool:
        """Whether it outlives the program."""
        return self.vault.lasting

    # -- the talk --------------------------------------------------------------------------------------------------------

    def begin_visit(self, person: str, now: float) -> None:
        """Somebody sat down."""
        self._settle_index()
        self._visit, self._begun, self._turns = self.visits.begin(person, now), now, {}

    def hear(self, number: int, user: str, now: float) -> None:
        """A turn begins; from here on the user's words survive a kill."""
        if self.private or not self._visit:
            return
        with self._careful(), self.store.change():  # one step, one wait for the disk
            self._settle_index()
            self._turns[number] = self.visits.add(self._visit, number, user, now)
            self._since_reflection += 1

    def said(self, number: int, user: str, hers: str) -> None:
        """She said one sentence more, or was cut short: `hers` is all of it that counts."""
        if number in self._turns:
            with self._careful():
                self.visits.heard(self._turns[number], user, hers)
                self._loose.add(self._turns[number])

    def learn(self, text: str, number: int, name_asked: bool, now: float) -> Learned:
        """Take the facts out of a message and keep them."""
        return self._keep(self.facts.learn(text, number, name_asked), number, now)

    def learn_more(self, found: Sequence[Fact], number: int, now: float) -> Learned:
        """Keep facts that somebody else has read out of a turn, where the turn still stands."""
        if self.private or number not in self._turns:
            return Learned()
        changes = tuple(change for fact in found for change in self.facts.take(fact))
        new = tuple(c.new for c in changes if c.new)
        return self._keep(Learned(new, (), changes), number, now)

    def _keep(self, learned: Learned, number: int, now: float) -> Learned:
        if self.private or not learned.changes:
            return learned
        ids: dict[Fact, int] = {}
        with self._careful():
            ids = self.kept.apply(learned.changes, self._turns.get(number, 0), now)
        self.changes += 1
        held = [replace(f, id=ids[f]) if not f.id and f in ids else f for f in self.facts]
        self.facts.reset(held)
        new = tuple(replace(f, id=ids.get(f, 0)) for f in learned.new)
        return replace(learned, new=new)

    def felt(self, number: int, feeling: str, pad: tuple[float, float, float], now: float) -> None:
        """What she felt most in a turn, and her mood after it; a visit of many turns is thought over on the way."""
        if self.private or not self._turns:
            return
        with self._careful(), self.store.change():
            self._settle_index()
            self.visits.mood(self._turns.get(number, 0), feeling, now, pad)
            if self._since_reflection >= EVERY_TURNS:
                self._reflect(now)

    @contextmanager
    def _careful(self) -> Iterator[None]:
        """The talk goes on when the store fails; why is kept in `trouble` until somebody has said so."""
        try:
            yield
        except MemoryTrouble as error:
            self.trouble = str(error)

    def take_back(self, number: int, now: float) -> None:
        """A turn and all after it were edited away: their facts go, what they had replaced holds again."""
        self.facts.forget_turn(number)
        turns = {t for n, t in self._turns.items() if n >= number}
        if turns:
            with self.store.change() as run:
                self.kept.revive(run, turns)
                self.kept.take_out(run, self.kept.of_turns(turns))
                self.visits.remove(run, turns)
            self._turns = {n: t for n, t in self._turns.items() if n < number}
            self._renew(now)

    def end_visit(self, now: float) -> None:
        """Somebody got up: what was said is thought over."""
        self._settle_index()
        if self._visit:
            if self._turns and self._since_reflection:
                self._reflect(now)
            self.visits.end(self._visit, now)
        self._visit, self._turns = 0, {}

    def _reflect(self, now: float) -> None:
        self._since_reflection = 0
        reflect(self.store, self._visit, now, self.embedder.stored)

    # -- finding ---------------------------------------------------------------------------------------------------------

    def recall(self, text: str, now: float) -> Recalled:
        """What may matter for the words of the user; for a visit's beginning (no words) what lies open."""
        threads = () if self.private else self.threads.open(now, self._begun)
        last = self.visits.last_seen(self._visit) if self._visit else None
        away = now - last if last is not None else None
        count = self.visits.count()
        if not text:
            return Recalled((), threads, away, count)
        first = min(self._turns.values(), default=None)
        items = tuple(self.find(text, now, before=first))
        return Recalled(items, threads, away, count, self.when_told(text, now) if asks_when(text) else "")

    def find(self, text: str, now: float, count: int = 10, *, before: int | None = None) -> list[Item]:
        """The best of facts, reflections and turns, best first."""
        return self.recall_.find(text, now, count, before=before)

    def used(self, items: tuple[Item, ...], now: float) -> None:
        """Count the facts that were given to a brain, where they fit well."""
        if not self.private:
            self.kept.used([i.id for i in items if i.kind == "fact" and i.fit >= 2 * LEAST_COSINE])

    def when_told(self, text: str, now: float) -> str:
        """When the thing that is asked about was told, '' where nothing fits. Without a thing of its own ("when did I tell you?") the
        fact that was spoken of last."""
        words = set(content(text)) - WHEN_WORDS
        held = [f for f in self.facts if f.id]
        if not words:
            last = next((f for f in reversed(held) if f.id == self._spoken_of), None) or (held[-1] if held else None)
            return when(self.kept.get(last.id, now).at, now) if last else ""
        fits = [(len(words & words_for(f)), f.id, f) for f in held if words & words_for(f)]
        if fits:
            return when(self.kept.get(max(fits)[2].id, now).at, now)
        found = self.find(text, now, before=max(self._turns.values(), default=None))  # the question itself is no answer
        turns = [i for i in found if i.kind == "turn" and i.fit > LEAST_COSINE]
        return when(turns[0].at, now) if turns else ""

    def given(self, recalled: Recalled, text: str, now: float) -> None:
        """A brain was given this: facts count as used, the thread that her greeting returns to as raised."""
        if self.private:
            return
        with self._careful():
            self.used(recalled.items, now)
            if not text and recalled.threads:
                self.threads.raised(recalled.threads[0].id, now)

    def news(self, learned: Learned, number: int) -> list[Notice]:
        """What the program says of new memories, each with the ids for an undo; nothing where nothing lasts."""
        kept = [f for f in learned.new if f.id]
        if not kept or not self.lasting:
            return []
        said = asset_json("memory/lines.json")["notice_new"].format(list=and_list([say_fact(f) for f in kept]))
        return [Notice(number, "memory", said, tuple(f.id for f in kept))]

    def told_trouble(self) -> str:
        """Why something could not be kept, once."""
        said, self.trouble = self.trouble, ""
        return said

    _spoken_of = 0

    def spoke_of(self, fact: Fact | None) -> None:
        """She has just answered with this fact; "when did I tell you?" may follow."""
        self._spoken_of = fact.id if fact else 0

    # -- putting right ---------------------------------------------------------------------------------------------------

    def _settle_index(self) -> None:
        """Index what was said since the last time."""
        if self._loose:
            loose, self._loose = self._loose, set()
            self.visits.index(sorted(loose))

    def touched(self, what: str, number: int) -> set[int]:
        """The turns that speak of these words, but for the one of this number."""
        self._settle_index()
        return self.eraser.touched(what) - {self._turns.get(number, 0)}

    def forget(self, numbers: list[int], now: float) -> None:
        """Erase facts and the sentences that told them."""
        self._settle_index()
        marks = [mark_of(f) for f in self.kept.all(now, past=True) if f.id in numbers]
        self.eraser.facts(numbers, now)
        self._renew(now)
        self.on_forget(marks)

    def forget_words(self, what: str, now: float) -> int:
        """Erase every sentence and fact with these words; how many turns changed."""
        self._settle_index()
        changed = self.eraser.words(what, now)
        self._renew(now)
        self.on_forget([mark_of_words(what)])
        return changed

    def undo(self, number: int, now: float) -> None:
        """Take back a new fact."""
        self.kept.undo(number, now)
        self._renew(now)

    def edit(self, number: int, value: str, name: str | None, now: float) -> None:
        """Put a fact right."""
        self.kept.edit(number, value, name, now)
        self._renew(now)

    def pin(self, number: int, on: bool) -> None:
        """Keep a fact in front."""
        self.kept.pin(number, on)
        self.changes += 1

    def add(self, what: str, now: float) -> list[KeptFact]:
        """Keep something by hand; what came of it. Raises `MemoryTrouble` for nothing."""
        if len(what.split()) < 2:
            raise MemoryTrouble("Say what is to be remembered as a sentence, such as: my sister is called Anna.")
        learned = self.told(what, 0, now)
        return [self.kept.get(f.id, now) for f in learned.new if f.id]

    def told(self, what: str, number: int, now: float) -> Learned:
        """Facts that the user asked to be kept: what was forgotten may come back."""
        with self.store.change() as run:
            probe = Facts()
            for fact in probe.learn(what, number).new:
                self.kept.tombs.raise_(run, fact)
            self.kept.tombs.raise_(run, Fact("note", as_note(what), number))
        learned = self.facts.learn(what, number)
        if not learned.changes and not self._knows(what):
            changes = tuple(self.facts.take(Fact("note", as_note(what), number), told=True))
            learned = Learned(tuple(c.new for c in changes if c.new), (), changes)
        return self._keep(learned, number, now)

    def _knows(self, what: str) -> bool:
        """Whether the rules read facts out of these words that are all held already."""
        return bool(Facts().learn(what, 0).new)

    def _renew(self, now: float) -> None:
        """Hold what the store holds, with the turn numbers of this visit."""
        self.changes += 1
        turns = {f.id: f.turn for f in self.facts}
        self.facts.reset([replace(f, turn=turns.get(f.id, f.turn)) for f in self.kept.now_held(now)])

    def set_private(self, on: bool, now: float) -> None:
        """Write nothing from here on; or write again, with all that was said meanwhile unknown."""
        if on == self.private:
            return
        self.private = on
        if not on:
            self.facts.reset(self.kept.now_held(now))

    def close(self, now: float) -> None:
        """End the visit and let go of the files; may be called twice."""
        try:
            self.end_visit(now)
        except Exception as error:  # a full disk must not keep the files open
            log.warning("the visit could not be closed: %s", type(error).__name__)
        self.vault.close()
