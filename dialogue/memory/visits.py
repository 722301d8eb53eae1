"""Visits and their turns in the store, written through with every sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dialogue.memory.items import KeptTurn
from dialogue.memory.store import Run, Store
from dialogue.memory.vectors import vector
from dialogue.memory.words import indexed

_TURN = "SELECT t.id, t.visit, v.person, t.user, t.hers, t.at FROM turns t JOIN visits v ON v.id = t.visit"


class Visits:
    """`embed`: the vector of a text as signed bytes."""

    def __init__(self, store: Store, embed: Callable[[str], bytes] = vector) -> None:
        self._store, self.embed = store, embed

    def begin(self, person: str, now: float) -> int:
        """Open a visit; its id."""
        with self._store.change() as run:
            number: int = run("INSERT INTO visits(person, begun) VALUES (?, ?)", (person, now))
        return number

    def end(self, visit: int, now: float) -> None:
        """Close a visit; one without a turn leaves no trace."""
        with self._store.change() as run:
            if self._store.read("SELECT 1 FROM turns WHERE visit = ? LIMIT 1", (visit,)):
                run("UPDATE visits SET ended = ? WHERE id = ?", (now, visit))
            else:
                run("DELETE FROM visits WHERE id = ?", (visit,))

    def count(self) -> int:
        """How many visits there were, this one included."""
        return int(self._store.read("SELECT count(*) FROM visits")[0][0])

    def last_seen(self, before_visit: int) -> float | None:
        """When the last turn before this visit was, None at the first visit."""
        rows = self._store.read("SELECT at FROM turns WHERE visit < ? ORDER BY visit DESC, id DESC LIMIT 1", (before_visit,))
        return float(rows[0][0]) if rows else None

    def add(self, visit: int, number: int, user: str, now: float) -> int:
        """A turn begins with the user's words ('' when she speaks first); its id."""
        with self._store.change() as run:
            made = run("INSERT INTO turns(visit, number, user, hers, feeling, at) VALUES (?, ?, ?, '', '', ?)", (visit, number, user, now))
            run("INSERT INTO turn_vectors(id, at, vec) VALUES (?, ?, ?)", (made, now, self.embed(user)))
            run("INSERT INTO turn_words(rowid, words) VALUES (?, ?)", (made, indexed(user)))
        return made

    def heard(self, turn: int, user: str, hers: str) -> None:
        """What she has said so far of a turn; it is indexed when the turn is over."""
        with self._store.change() as run:
            run("UPDATE turns SET user = ?, hers = ? WHERE id = ?", (user, hers, turn))

    def index(self, turns: Iterable[int]) -> None:
        """Let search find all of these turns."""
        with self._store.change() as run:
            for turn in turns:
                for user, hers in self._store.read("SELECT user, hers FROM turns WHERE id = ?", (turn,)):
                    self.write(run, turn, user, hers)

    def newest_id(self) -> int:
        """The last turn of all, 0 where there is none: the program may have died before it was indexed."""
        return int(self._store.read("SELECT coalesce(max(id), 0) FROM turns")[0][0])

    def write(self, run: Run, turn: int, user: str, hers: str) -> None:
        """Both sides of a turn, with its search index."""
        text = f"{user} {hers}".strip()
        run("UPDATE turns SET user = ?, hers = ? WHERE id = ?", (user, hers, turn))
        run("UPDATE turn_vectors SET vec = ? WHERE id = ?", (self.embed(text), turn))
        run("UPDATE turn_words SET words = ? WHERE rowid = ?", (indexed(text), turn))

    def remove(self, run: Run, turns: set[int]) -> None:
        """Delete turns."""
        for turn in sorted(turns):
            run("DELETE FROM turns WHERE id = ?", (turn,))
            run("DELETE FROM turn_vectors WHERE id = ?", (turn,))
            run("DELETE FROM turn_words WHERE rowid = ?", (turn,))

    def mood(self, turn: int, feeling: str, at: float, pad: tuple[float, float, float]) -> None:
        """What she felt most in a turn, '' for nothing, and her mood after it."""
        with self._store.change() as run:
            run("UPDATE turns SET feeling = ? WHERE id = ?", (feeling, turn))
            run("INSERT INTO moods(at, pleasure, arousal, dominance) VALUES (?, ?, ?, ?)", (at, *(round(x, 4) for x in pad)))

    def last_mood(self) -> tuple[float, tuple[float, float, float]] | None:
        """When it was written, and (P, A, D); None where none was."""
        rows = self._store.read("SELECT at, pleasure, arousal, dominance FROM moods ORDER BY id DESC LIMIT 1")
        return (rows[0][0], rows[0][1:4]) if rows else None

    def turn(self, number: int) -> KeptTurn | None:
        """One turn."""
        rows = self._store.read(f"{_TURN} WHERE t.id = ?", (number,))
        return KeptTurn(*rows[0]) if rows else None

    def newest(self, limit: int) -> list[KeptTurn]:
        """The last turns, newest first."""
        return [KeptTurn(*r) for r in self._store.read(f"{_TURN} ORDER BY t.id DESC LIMIT ?", (limit,))]
