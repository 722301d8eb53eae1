"""Where fetched models lie, which of them are whole, and how one is removed.

Voices go to `PROFILE/voices`, where Piper's are looked for, models of the ear to `PROFILE/ears/KEY`. Beside them lies a receipt a model
with the size and the time of change of each file when its SHA-256 was found right, so that a list need not read gigabytes again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from dialogue.speech.catalogue import Model, ModelFile
from dialogue.trouble import FetchTrouble

State = Literal["absent", "part", "unchecked", "here"]
"""`part`: some of it came; `unchecked`: all files have the right size, but nobody compared their SHA-256; `here`: whole and checked."""

_BLOCK = 1 << 20


class Store:
    """The models of a profile. Every method may be called from any thread; no two may change the same model at once."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile

    def folder(self, model: Model) -> Path:
        """Where its files belong; nothing is created."""
        return self._profile / "voices" if model.kind == "voice" else self._profile / "ears" / model.key

    def path(self, model: Model, file: ModelFile) -> Path:
        """Where one file belongs."""
        return self.folder(model) / file.name

    def part(self, model: Model, file: ModelFile) -> Path:
        """Where it grows until it is whole and checked."""
        return self.folder(model) / f"{file.name}.part"

    def state(self, model: Model) -> State:
        """How much of it is here; reads no file but the receipt."""
        whole = [self._size(self.path(model, f)) == f.size for f in model.files]
        if all(whole):
            return "here" if all(self.checked(model, f) for f in model.files) else "unchecked"
        begun = any(whole) or any(self._size(self.part(model, f)) is not None for f in model.files)
        return "part" if begun else "absent"

    def checked(self, model: Model, file: ModelFile) -> bool:
        """Whether it was found right and has not changed since."""
        return self._size(self.path(model, file)) == file.size and self._receipt(model).get(file.name) == self._stamp(model, file)

    def came(self, model: Model) -> int:
        """Bytes that surely need not be fetched again."""
        total = 0
        for file in model.files:
            if self.checked(model, file):
                total += file.size
            else:
                total += min(self._size(self.part(model, file)) or 0, file.size)
        return total

    def verify(self, model: Model, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Read all of it and compare. Raises `FetchTrouble` naming the first file that is missing or not as it should be."""
        way_out = f"run 'visavis get {model.key}' to fetch it again"
        done = 0
        for file in model.files:
            path = self.path(model, file)
            if self._size(path) is None:
                raise FetchTrouble(f"{model.key}: {file.name} is not in {path.parent}; {way_out}.")
            try:
                found = digest(path, onward(progress, done, model.size))
            except OSError as error:
                raise FetchTrouble(f"{path} cannot be read ({error.strerror}); {way_out}.") from error
            if found != file.sha256:
                self._forget(model)
                raise FetchTrouble(f"{model.key}: {path} is not the file that belongs there (its SHA-256 differs); {way_out}.")
            self.remember(model, file)
            done += file.size

    @contextlib.contextmanager
    def alone(self, model: Model) -> Iterator[None]:
        """Nobody else changes this model meanwhile, be it another program. Its folder must exist. `FetchTrouble` when somebody does."""
        path = self.folder(model) / f".{model.key}.lock"
        try:
            held = path.open("ab")
        except OSError as error:
            raise _unwritable(path, error) from error
        with held:
            try:
                _lock(held.fileno())
            except OSError as error:
                told = f"{model.key} is being fetched already, in another window or terminal; wait for it, or end it."
                raise FetchTrouble(told) from error
            try:
                yield
            finally:
                with contextlib.suppress(OSError):  # Windows keeps what is open
                    path.unlink()

    def remember(self, model: Model, file: ModelFile) -> None:
        """It was just found right. Raises `FetchTrouble` where the receipt cannot be written."""
        target = self._receipt_path(model)
        text = json.dumps({**self._receipt(model), file.name: self._stamp(model, file)})
        new = ""
        try:
            with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=f"{target.name}.", delete=False) as out:
                new = out.name
                out.write(text)
            Path(new).replace(target)
        except OSError as error:
            if new:
                _unlink(Path(new))
            raise _unwritable(target, error) from error

    def remove(self, model: Model) -> int:
        """Take it away with what came of it; the bytes that became free. Raises `FetchTrouble`."""
        freed = 0
        if not self.folder(model).is_dir():
            return 0
        with self.alone(model):
            for file in model.files:
                for path in (self.path(model, file), self.part(model, file)):
                    freed += self._size(path) or 0
                    _unlink(path)
            self._forget(model)
        if model.kind == "ear":
            with contextlib.suppress(OSError):  # it may hold something of the user's
                self.folder(model).rmdir()
        return freed

    def _receipt_path(self, model: Model) -> Path:
        return self.folder(model) / f".{model.key}.receipt"

    def _receipt(self, model: Model) -> dict[str, object]:
        try:
            data = json.loads(self._receipt_path(model).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _forget(self, model: Model) -> None:
        _unlink(self._receipt_path(model))

    def _stamp(self, model: Model, file: ModelFile) -> list[object]:
        try:
            found = self.path(model, file).stat()
        except OSError:
            return []
        return [found.st_size, found.st_mtime_ns, file.sha256]

    @staticmethod
    def _size(path: Path) -> int | None:
        try:
            return path.stat().st_size
        except OSError:
            return None


def onward(progress: Callable[[int, int], None], before: int, of: int) -> Callable[[int], None]:
    """Tells of one file's bytes as those of all files, `before` of which are done."""
    return lambda done: progress(before + done, of)


def digest(path: Path, progress: Callable[[int], None] = lambda done: None) -> str:
    """SHA-256 of a file in lower-case hex. Raises `OSError`."""
    total = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
            done += len(block)
            progress(done)
    return total.hexdigest()


def _unwritable(path: Path, error: OSError) -> FetchTrouble:
    return FetchTrouble(f"{path} cannot be written ({error.strerror}); free some space or mend the folder's rights.")


def _lock(handle: int) -> None:
    """The system lets go of it when the program ends, however that happens. Raises `OSError` when somebody holds it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FetchTrouble(f"{path} cannot be removed ({error.strerror}); close what uses it and try again.") from error
