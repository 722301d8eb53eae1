"""The one place that builds everything and runs the window."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

from dialogue import events
from dialogue.brain.endpoint import EndpointBrain
from dialogue.memory.served import ServedReader
from dialogue.mind import build_mind
from dialogue.speech.ear.microphone import devices
from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.voices import offers
from dialogue.thread import MindThread
from dialogue.trouble import SettingsTrouble, Trouble
from world import settings as settings_module
from world.checkup import CheckUp
from world.choices import (
    ear_here,
    ear_of_settings,
    embedder_of,
    endpoint_of,
    limits_of,
    murmurs,
    voice_of,
    voice_of_settings,
    voice_sources,
)
from world.commands.doctor import examine_running
from world.door import Door
from world.fetching import Fetching
from world.hearing import Listening
from world.keeping import Keeping
from world.openal import open_player, speakers
from world.output.window import Window
from world.overheard import Overheard
from world.people import Person, chosen, everybody
from world.preview import Preview
from world.scene import Progress, Scene, quality_for
from world.settings import Settings
from world.shortcuts import Shortcuts
from world.stage.framing import ABOVE, PORTRAIT
from world.talk import Talk
from world.ui.controls import View, feeling_word
from world.ui.interface import Interface
from world.ui.keys import feed

PRESENCE_S = 20.0
"""How often the clock of breaks and limits hears that somebody is here."""
LOOK_S = 0.3
"""How often the window looks at the level that holds."""


class App:
    """A window with her in it. `run` returns when the window has been closed."""

    def __init__(self, profile: Path, progress: Progress | None = None, clock: Callable[[], float] = time.time) -> None:
        self._profile, self._progress, self._clock = profile, progress, clock
        self.settings = settings_module.load(profile)
        person = chosen(self.settings)
        window = self.settings.window
        self.window = Window((window.width, window.height), "Visavis", full_screen=window.full_screen)
        self._own = OwnVoice()
        self.player = Overheard(open_player(time.monotonic, self.settings.voice.device), self._own, time.monotonic)
        self.talk = Talk()
        self.keeping = Keeping(profile, clock, os.environ, embedder_of(self.settings))
        self.view = View(
            self.talk, self.settings, person.name, {k: (p.name, p.about) for k, p in everybody().items()},
            voices=tuple(offers(voice_sources(self.settings, profile))),
            audible=self.player.audible, speakers=tuple(speakers()), fetching=Fetching(profile), offer=not self.settings.voices_offered,
            keeping=self.keeping, welcoming=self.settings.welcomed is False,
        )  # fmt: skip
        self._door = Door(profile, settings_module.default_profile().parent, self.view)
        self._fetched = 0
        self._preview = Preview()
        drawn_by = self.window.graphics.get_gsg().get_driver_renderer()
        checkup = CheckUp(lambda: examine_running(profile, self.settings, drawn_by, self.player.audible))
        self.interface = Interface(self.window.graphics, self.window.size, self.view, self, self.window.scale, checkup)
        self._shortcuts = Shortcuts(self.window, self._typed, self.talk_aloud, self.interface.escape)
        self._mind: MindThread | None = None
        self.keeping.attach(lambda: self._mind, self._rest, lambda: self._wake(self.scene.person))
        self._present_at = self._looked_at = 0.0
        self.scene = self._make_scene(person)
        self._listening = Listening(self._profile, self._own, time.monotonic, self.say, self.hush, self._trouble, self._ask_murmur)
        self._listen()
        self._meet(person)

    def say(self, text: str) -> None:
        """Words of the user; what she is saying fades."""
        self.hush()
        self._send(events.Say(text))

    def hush(self) -> None:
        """Silence."""
        if (heard := self.scene.director.hush()) is not None:
            self._send(events.Hush(*heard))

    def retry(self, text: str | None) -> None:
        """The last exchange once more."""
        self.scene.director.hush()
        self.talk.take_back()
        self._send(events.Retry(text))

    def talk_aloud(self, on: bool) -> None:
        """The microphone listens, or no longer."""
        self._listening.talk(on)

    def admit(self, born: str) -> str | None:
        """The adult gate."""
        refused = self._door.answer(born, datetime.fromtimestamp(self._clock()).date())
        if self.view.admitted:
            self.settings.welcomed, self.view.welcoming = False, True
            self._keep(welcomed=False)
        return refused

    def preview(self) -> None:
        """One line, outside the talk, by her own mouth."""
        self._preview.ask(voice_of(self.settings, self.scene.person, self._profile))

    def offered(self) -> None:
        """Keep that more voices were offered; what the environment says for this run alone is not kept with it."""
        self.settings.voices_offered = True
        self._keep(voices_offered=True)

    def welcomed(self, settings: Settings, hopes: str) -> str | None:
        """The first evening's steps are done: she wakes."""
        settings.welcomed = True
        if failed := self.change(settings):
            return failed
        self.view.welcoming = False
        if hopes:
            self.keeping.hope(hopes)
        self._meet(self.scene.person)
        return None

    def choose_level(self, level: int, confirmed: bool = False) -> str | None:
        """The user's choice of closeness; the sentence why not, or None."""
        if self._mind is None:
            return None
        try:
            self._mind.safety.consent.choose(level, self._clock(), "page", confirmed)
            self.view.closeness = self._mind.level
        except Trouble as trouble:
            return str(trouble)
        return None

    def change(self, settings: Settings) -> str | None:
        """Use at once what can be used at once, and keep it."""
        before, self.settings = self.settings, settings
        if settings.person != before.person:
            settings.voice.voice = ""  # each comes with a voice of their own
        self.view.settings = settings
        try:
            person = chosen(settings)
            if (settings.person, settings.quality) != (before.person, before.quality):
                self._replace_scene(person)
            if self._mind is not None:
                if (settings.person, settings.user_name, settings.country) != (before.person, before.user_name, before.country):
                    self._wake(person, greet=settings.person != before.person)
                elif settings.safety != before.safety:
                    self._mind.safety.wellbeing.set_limits(limits_of(settings), self._clock())
                elif (settings.brain, settings.memory) != (before.brain, before.memory):
                    endpoint = endpoint_of(settings)
                    brain = EndpointBrain(endpoint) if endpoint else None
                    reader = ServedReader(endpoint, brain.redactor) if endpoint and brain and settings.memory.reads else None
                    self._mind.set_brain(brain, reader)
                elif voice_of_settings(settings) != voice_of_settings(before):
                    self._speak_as_chosen(person)
            if settings.voice.device != before.voice.device:
                self.hush()
                self.player.replace(lambda: open_player(time.monotonic, settings.voice.device))
                self.view.audible = self.player.audible
            if ear_of_settings(settings) != ear_of_settings(before):
                self._listen()
            if settings.window.full_screen != self.window.full_screen:
                self.window.set_full_screen(settings.window.full_screen)
            self.interface.restyle()
            settings_module.save(settings, self._profile)
        except Trouble as trouble:
            return str(trouble)
        return None

    # -- frames ----------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Frames until the window closes."""
        try:
            while not self.window.closed:
                self.frame()
        finally:
            self.close()

    def frame(self) -> None:
        """One frame in the named order."""
        dt = self.window.begin()
        if self.window.resized:
            self.window.lens.set_aspect_ratio(self.window.size[0] / self.window.size[1])
            self.interface.resize(self.window.size)
        self._door.step()
        self._shortcuts.step(held=self.settings.ear.mode == "held")
        feed(self.interface.panel, self.window.inputs)
        if self._mind is not None:
            for event in self._mind.poll(8):
                self.scene.director.receive(event)
        self._take_previews()
        self._take_fetched()
        self._count_presence()
        self._listening.ready(self.view.admitted and not self.view.welcoming and self._mind is not None)
        self._listening.allow(murmurs(self.settings) and self.player.audible)
        self._listening.step(self.scene.director)
        listening = self._listening
        self.view.hearing, self.view.level, self.view.microphone = listening.state, listening.level, listening.microphone
        voice = self.settings.voice
        self.scene.volume = 0.0 if voice.muted else voice.volume
        self.scene.director.offset_s = voice.offset_ms / 1000
        self.scene.stage.look(ABOVE if self.interface.narrow else PORTRAIT, self.interface.aside)
        self.scene.step(dt)
        self.view.doing = self.scene.character.doing
        self.view.feeling = feeling_word(self.scene.character.strengths)
        self.interface.step(dt)
        self.window.draw()

    def close(self) -> None:
        """End cleanly: ear, mind, sound, window."""
        self._listening.close()
        self._rest()
        self.keeping.close()
        if self.view.fetching is not None:
            self.view.fetching.cancel()
        self.player.close()
        self.interface.close()
        self.window.close()

    # -- inside ----------------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._listening.open(self.settings.ear)
        self.view.understands, self.view.microphones = self._listening.understands, tuple(devices())

    def _keep(self, **fields: object) -> None:
        """Into the settings file; the talk goes on where that fails."""
        try:
            settings_module.keep(self._profile, **fields)
        except Trouble as trouble:
            self._trouble(str(trouble))

    def _trouble(self, sentence: str) -> None:
        self.talk.say("trouble", self.scene.director.turn, sentence)

    def _ask_murmur(self) -> None:
        if self._mind is not None:
            self._mind.murmur(self.settings.ear.language)

    def _take_previews(self) -> None:
        for came in self._preview.take():
            if isinstance(came, str):
                self._trouble(came)
            else:
                self.scene.director.preview(came)

    def _take_fetched(self) -> None:
        """Voices and ears that came or went are used, or no longer, at once."""
        work = self.view.fetching
        if work is None or work.changes == self._fetched:
            return
        self._fetched = work.changes
        self.view.voices = tuple(offers(voice_sources(self.settings, self._profile)))
        self._speak_as_chosen(self.scene.person)
        if ear_here(self.settings, self._profile) not in ("", self._listening.understands):
            self._listen()

    def _speak_as_chosen(self, person: Person) -> None:
        if self._mind is not None:
            self._mind.set_voice(voice_of(self.settings, person, self._profile))
            self.scene.director.forget_murmur()

    def _count_presence(self) -> None:
        """Somebody is here while something is touched, said or heard; the clock of breaks and limits is told now and then (L-02)."""
        now = self._clock()
        here = bool(self.window.inputs.events) or self.view.hearing == "hearing" or self.view.doing != "listening"
        if self._mind is not None and here and not 0 <= now - self._present_at < PRESENCE_S:
            self._present_at = now
            self._mind.present()
        if not 0 <= now - self._looked_at < LOOK_S:  # it reads the ledger, which may lie on a disk
            self._looked_at = now
            self.view.safety, self.view.closeness = (self._mind.safety, self._mind.level) if self._mind is not None else (None, 0)

    def _typed(self) -> None:
        self.interface.typed()
        self.scene.director.written()

    def _send(self, event: events.Incoming) -> None:
        if self._mind is not None:
            self._mind.send(event)

    def _make_scene(self, person: Person) -> Scene:
        scene = Scene(
            self.window, self.window.lens, person, self.player, self.talk, self._clock,
            quality=quality_for(self.settings, self.window), cache=self._profile / "cache",
            seed=int(self._clock()), progress=self._progress,
        )  # fmt: skip
        self.interface.card.reparent_to(self.window.overlay)
        return scene

    def _replace_scene(self, person: Person) -> None:
        self.scene.director.hush()
        old, self.scene = self.scene, self._make_scene(person)
        old.close()
        self.view.person = person.name

    def _meet(self, person: Person) -> None:
        """Begin, unless the gate, the first evening's steps or the lock of the memory come first."""
        if self.view.admitted and not self.view.welcoming and self.keeping.state != "locked":
            self._wake(person)

    def _rest(self) -> None:
        if self._mind is not None:
            self._mind.close()
            self._mind = None

    def _wake(self, person: Person, *, greet: bool = True) -> None:
        """A mind for this person; the old one is let go of."""
        trouble = ""
        endpoint = None
        try:
            endpoint = endpoint_of(self.settings)
            if endpoint is not None:
                EndpointBrain(endpoint)  # opens nothing yet, but refuses what cannot be one
        except SettingsTrouble as refused:  # the window opens all the same: she has a mind of her own
            endpoint, trouble = None, str(refused)
        self._rest()
        mind = build_mind(
            person.persona, endpoint, voice_of(self.settings, person, self._profile), self._clock, Random(),
            self.settings.user_name or None, self.settings.country or None, self._door.lock, memory=self.keeping.memory,
            reads=self.settings.memory.reads, limits=limits_of(self.settings), second_opinion=self.settings.safety.second_opinion,
        )  # fmt: skip
        self._mind = MindThread(mind)
        if greet:
            self.talk.messages.clear()
            self._mind.send(events.Arrive())
        if trouble:
            self.talk.say("trouble", 0, trouble)
