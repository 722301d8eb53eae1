"""Fetch a voice or a speech model that the user said yes to: in parts that can be gone on with, checked before it is used.

    NAME.part grows (HTTP ranges) -> size and SHA-256 are right -> renamed to NAME -> the receipt is written
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from dialogue.client import open_plain
from dialogue.speech.catalogue import Model, ModelFile, loopback
from dialogue.speech.store import Store, digest, onward
from dialogue.trouble import FetchTrouble

READ_S = 10.0
"""Seconds without a byte after which an attempt is given up; a cancel waits no longer either."""
TRIES = 3
"""Attempts in a row that bring nothing new after which a file is given up; what came is kept."""
RESERVE = 200_000_000
"""Bytes that stay free on the disk."""
_HOPS = 8

Progress = Callable[[int, int], None]
"""Bytes that are here, bytes of the whole model."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a yes means. `bytes_left` are to be fetched of `bytes_all`, from `hosts`, into `folder`."""

    model: Model
    hosts: tuple[str, ...]
    bytes_left: int
    bytes_all: int
    folder: Path

    @property
    def sentence(self) -> str:
        """For the user to say yes or no to."""
        left = f"{in_mb(self.bytes_left)} of {in_mb(self.bytes_all)}" if self.bytes_left < self.bytes_all else in_mb(self.bytes_all)
        return f"{left} from {' and '.join(self.hosts)} into {self.folder}; licence: {self.model.licence} ({self.model.terms})"


class _Broke(Exception):  # noqa: N818  # never shown
    """An attempt ended early; another one may do better."""


class _Stopped(Exception):  # noqa: N818  # never shown
    """The user has had enough."""


def in_mb(size: int) -> str:
    """Bytes for people: 63.5 MB."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"


def plan(model: Model, store: Store) -> Plan:
    """What fetching would do; connects to nobody."""
    return Plan(model, model.hosts, model.size - store.came(model), model.size, store.folder(model))


def _free(folder: Path) -> int:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def fetch(
    model: Model, store: Store, progress: Progress = lambda done, of: None, stop: Callable[[], bool] = lambda: False,
    free: Callable[[Path], int] = _free,
) -> bool:  # fmt: skip
    """Call it after the user's yes alone. True when the model is here, whole and checked; False when `stop` said so, and what came is
    kept for the next time. `free`: bytes free at a folder. Raises `FetchTrouble`."""
    folder = store.folder(model)
    try:
        _room(model, store, free)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchTrouble(f"{folder} cannot be written ({error.strerror}); choose another folder with --profile.") from error
    client = open_plain(READ_S)
    try:
        with store.alone(model):
            done = 0
            for file in model.files:
                _one(client, model, file, store, onward(progress, done, model.size), stop)
                done += file.size
    except _Stopped:
        return False
    finally:
        client.close()
    return True


def _room(model: Model, store: Store, free: Callable[[Path], int]) -> None:
    need = model.size - store.came(model)
    there = free(store.folder(model))
    if there < need + RESERVE:
        wanted = in_mb(need + RESERVE)
        raise FetchTrouble(
            f"{model.key} needs {wanted} of free space at {store.folder(model)} and {in_mb(there)} are free; make room or choose --profile."
        )


def _one(
    client: Any, model: Model, file: ModelFile, store: Store, progress: Callable[[int], None], stop: Callable[[], bool]
) -> None:  # fmt: skip
    path, part = store.path(model, file), store.part(model, file)
    try:
        if store.checked(model, file) or (_size(path) == file.size and digest(path) == file.sha256):
            store.remember(model, file)
            progress(file.size)
            return
        path.unlink(missing_ok=True)
        _whole(client, model, file, part, progress, stop)
        if digest(part) != file.sha256:
            part.unlink()
            raise FetchTrouble(
                f"What {file.host} sent as {file.name} is not the file that Visavis knows (its SHA-256 differs), so nothing was kept; "
                "try again later, and tell the makers of Visavis when it stays so."
            )
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        part.replace(path)
        store.remember(model, file)
    except OSError as error:
        raise FetchTrouble(f"{part} cannot be written ({error.strerror}); free some space or mend the folder's rights.") from error


def _whole(
    client: Any, model: Model, file: ModelFile, part: Path, progress: Callable[[int], None], stop: Callable[[], bool]
) -> None:  # fmt: skip
    best, idle, why = _size(part), 0, ""
    while (size := _size(part)) != file.size:
        if stop():
            raise _Stopped
        if size > file.size:
            part.unlink()
        if idle == TRIES:
            raise FetchTrouble(
                f"{file.host} {why}; {in_mb(size)} of {file.name} are kept: "
                f"see that you are online, then 'visavis get {model.key}' goes on."
            )
        try:
            _pull(client, file, part, progress, stop)
            why = "broke off"
        except _Broke as broke:
            why = str(broke)
        size = _size(part)
        idle = 0 if size > best else idle + 1
        best = max(best, size)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _pull(client: Any, file: ModelFile, part: Path, progress: Callable[[int], None], stop: Callable[[], bool]) -> None:
    """One attempt: from where the part ends until the server does."""
    start = _size(part)
    with _answer(client, file, start) as answer:
        start = _begin(answer, file, start, part)
        chunks = answer.iter_raw()  # as they come: what is put together to blocks of a size is lost when the line breaks
        with part.open("ab" if start else "wb") as out:
            while True:
                progress(start)
                if stop():
                    raise _Stopped
                try:
                    chunk = next(chunks, None)
                except Exception as error:  # the client's errors share a class only in a package whose name depends on openai's version
                    raise _Broke(f"broke off ({type(error).__name__})") from error
                if chunk is None:
                    return
                start += len(chunk)
                if start > file.size:
                    break
                out.write(chunk)
    part.unlink()
    raise _other(file, "more than")


@contextmanager
def _answer(client: Any, file: ModelFile, start: int) -> Iterator[Any]:
    """The response after all redirects, each of which is looked at."""
    url = file.url
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    for _ in range(_HOPS):
        try:
            answer = client.send(client.build_request("GET", url, headers=headers), stream=True)
        except Exception as error:  # as in `_pull`
            raise _Broke(f"cannot be reached ({type(error).__name__})") from error
        try:
            if answer.status_code not in (301, 302, 303, 307, 308):
                yield answer
                return
            url = urljoin(url, answer.headers.get("location", ""))
        finally:
            answer.close()
        if not _may_follow(url, file.url):
            to = urlsplit(url).netloc or "nowhere"
            raise FetchTrouble(f"{file.host} sends on to {to} without https, which is not followed; try again later.")
    raise FetchTrouble(f"{file.host} sends on in a circle for {file.name}; try again later.")


def _may_follow(url: str, first: str) -> bool:
    to, origin = urlsplit(url), urlsplit(first)
    if to.scheme == "https":
        return bool(to.hostname)
    return to.scheme == origin.scheme == "http" and loopback(to.hostname or "")  # a server on this computer, in tests


def _begin(answer: Any, file: ModelFile, start: int, part: Path) -> int:
    """Where in the file this answer begins; refuses what is not the file before any of it is kept."""
    status = answer.status_code
    if status == 206:
        unit, _, where = answer.headers.get("content-range", "").partition(" ")
        begin, _, total = where.replace("-", "/").partition("/")
        total = total.rpartition("/")[2]
        if unit == "bytes" and begin == str(start) and total in (str(file.size), "*"):
            return start
        part.unlink(missing_ok=True)
        raise _Broke("answered with another part than was asked for")
    if status == 200:
        announced = answer.headers.get("content-length", "")
        if announced.isdigit() and int(announced) != file.size:
            part.unlink(missing_ok=True)
            raise _other(file, f"{in_mb(int(announced))} instead of")
        return 0
    if status == 416:  # the part is longer than what the server has
        part.unlink(missing_ok=True)
        raise _Broke("has less of it than is here (416)")
    if status in (408, 425, 429) or status >= 500:
        raise _Broke(f"does not serve now ({status})")
    gone = "does not have it any more" if status in (404, 410) else "refuses it"
    raise FetchTrouble(f"{file.host} {gone}: {file.url} ({status}); a newer Visavis may know where it went.")


def _other(file: ModelFile, what: str) -> FetchTrouble:
    return FetchTrouble(
        f"{file.host} sends {what} the {in_mb(file.size)} of {file.name}, so it is another file and nothing was kept; try again later."
    )
