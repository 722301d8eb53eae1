"""Fetching from a server that behaves, breaks off, lies and sends on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.speech import piper
from dialogue.speech.fetch import fetch, in_mb, plan
from dialogue.speech.store import Store
from dialogue.trouble import FetchTrouble
from tests.dialogue.speech.model_server import BODY, CONFIG, Mode, serving

VOICE = "en_US-test-low"


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def stop_after(count: int) -> Callable[[], bool]:
    """True from the `count`th time that it is asked."""
    left = [count]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


def test_a_plan_connects_to_nobody_and_says_whom_how_much_and_where_to(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model()
        said = plan(model, Store(tmp_path))
        assert server.asked == []
    assert (said.bytes_left, said.bytes_all) == (len(BODY) + len(CONFIG),) * 2
    assert said.hosts == ("127.0.0.1",)
    for part in ("1.0 MB", "127.0.0.1", str(tmp_path / "voices"), "CC0", "https://example.org/terms"):
        assert part in said.sentence
    assert names(tmp_path) == []


def test_a_voice_lands_where_piper_looks_for_it(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        assert store.state(model) == "absent"
        assert fetch(model, store, lambda done, of: seen.append((done, of)))
        assert {h["accept-encoding"] for h in server.headers} == {"identity"}
        assert not any("authorization" in h or "cookie" in h for h in server.headers)
    assert store.state(model) == "here"
    assert piper.models(tmp_path / "voices") == [VOICE]
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY
    assert [d for d, _ in seen] == sorted(d for d, _ in seen)
    assert seen[-1] == (model.size, model.size)
    assert not [n for n in names(tmp_path) if n.endswith(".part")]


def test_a_model_of_the_ear_has_a_folder_of_its_own(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model(kind="ear")
        assert fetch(model, Store(tmp_path))
    assert (tmp_path / "ears" / VOICE / f"{VOICE}.onnx").is_file()


def test_what_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model()
        fetch(model, Store(tmp_path))
        server.asked.clear()
        assert fetch(model, Store(tmp_path))
        assert server.asked == []
        assert plan(model, Store(tmp_path)).bytes_left == 0


def test_a_broken_connection_is_gone_on_with_from_where_it_broke(tmp_path: Path) -> None:
    with serving("half") as server:
        model = server.model()
        assert fetch(model, Store(tmp_path))
        assert server.cuts > 3
        starts = [int(r.removeprefix("bytes=").removesuffix("-")) for _, r in server.asked if r]
    assert starts == sorted(set(starts))
    assert starts[0] == len(BODY) // 2
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY


def test_what_was_stopped_goes_on_the_next_time(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        assert not fetch(model, store, stop=stop_after(6))
        assert store.state(model) == "part"
        came = store.came(model)
        assert 0 < came < model.size
        assert plan(model, store).bytes_left == model.size - came
        server.asked.clear()
        assert fetch(model, store)
        assert server.asked == [(f"/{VOICE}.onnx", f"bytes={came - len(CONFIG)}-")]
    assert store.state(model) == "here"
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY


def test_a_server_that_refuses_ranges_is_begun_anew(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model()
        fetch(model, Store(tmp_path), stop=stop_after(6))
        server.mode = "norange"
        assert fetch(model, Store(tmp_path))
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY


def test_a_server_that_breaks_off_for_ever_is_given_up_and_the_part_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with serving("halfnorange") as server:
        model = server.model()
        with pytest.raises(FetchTrouble, match=f"are kept.*visavis get {VOICE}"):
            fetch(model, store)
        assert server.cuts == 4  # the first brought something
        server.mode = "good"
        assert fetch(model, store)
    assert store.state(model) == "here"


def test_another_part_than_asked_for_is_not_stuck_together(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model()
        fetch(model, Store(tmp_path), stop=stop_after(6))
        server.mode = "strange-part"
        assert fetch(model, Store(tmp_path))
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY


def test_a_part_that_is_longer_than_the_file_is_dropped(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model()
        (tmp_path / "voices").mkdir()
        (tmp_path / "voices" / f"{VOICE}.onnx.part").write_bytes(BODY + b"x")
        assert fetch(model, Store(tmp_path))
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("wrong", "SHA-256 differs"), ("short", "0.0 MB instead of"), ("more", "more than"), (404, "does not have it"), (403, "refuses"),
        (503, r"does not serve now \(503\)"), (416, "416"), ("circle", "in a circle"), ("hop-plain", "example.org without https"),
    ],
)  # fmt: skip
def test_what_is_not_the_file_is_one_sentence_and_never_kept(tmp_path: Path, mode: Mode | int, says: str) -> None:
    with serving(mode) as server, pytest.raises(FetchTrouble, match=says) as caught:
        fetch(server.model(), Store(tmp_path))
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == []


def test_a_redirect_on_this_computer_is_followed(tmp_path: Path) -> None:
    with serving("hop") as server:
        assert fetch(server.model(), Store(tmp_path))
        assert [p for p, _ in server.asked][:2] == [f"/{VOICE}.onnx.json", f"/store/{VOICE}.onnx.json"]


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with serving("good") as server:
        model = server.model()
    with pytest.raises(FetchTrouble, match=r"cannot be reached.*online"):
        fetch(model, Store(tmp_path))


def test_proxies_of_the_environment_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving("good") as server:
        assert fetch(server.model(), Store(tmp_path))


def test_a_full_disk_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with serving("good") as server, pytest.raises(FetchTrouble, match="free space"):
        fetch(server.model(), Store(tmp_path), free=lambda _: 200_500_000)
    assert server.asked == []
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "voices").write_text("in the way")
    with serving("good") as server, pytest.raises(FetchTrouble, match="cannot be written"):
        fetch(server.model(), Store(tmp_path))


def test_a_damaged_file_in_place_is_fetched_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        fetch(model, store)
        (tmp_path / "voices" / f"{VOICE}.onnx").write_bytes(bytes(len(BODY)))
        assert store.state(model) == "unchecked"
        assert fetch(model, store)
    assert store.state(model) == "here"


def test_an_unchecked_file_is_not_promised_to_be_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        fetch(model, store)
        (tmp_path / "voices" / f".{VOICE}.receipt").unlink()
        assert plan(model, store).bytes_left == model.size
        server.asked.clear()
        assert fetch(model, store)
        assert server.asked == []
    assert plan(model, store).bytes_left == 0


def test_sizes_are_for_people() -> None:
    assert [in_mb(n) for n in (0, 63_536_347, 2_500_000_000)] == ["0.0 MB", "63.5 MB", "2.50 GB"]
