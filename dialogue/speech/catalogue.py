"""Which natural voices and speech models can be fetched: `assets/speech/models.json`, checked field by field."""

from __future__ import annotations

import ipaddress
import json
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialogue.data import asset_bytes
from dialogue.trouble import SettingsTrouble

TABLE = "speech/models.json"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$"  # a plain file name: no folder, not hidden


def loopback(host: str) -> bool:
    """Whether a host is this computer itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and loopback(host))) or parts.username:
        raise ValueError("must be an https address")
    return url


Address = Annotated[str, AfterValidator(_address)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class _Fixed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class ModelFile(_Fixed):
    """One file. `size` in bytes; `sha256` in lower-case hex."""

    name: Annotated[str, Field(pattern=_NAME)]
    url: Address
    size: Annotated[int, Field(gt=0, le=20_000_000_000, strict=True)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @property
    def host(self) -> str:
        """Whom one connects to."""
        return urlsplit(self.url).hostname or ""


class Model(_Fixed):
    """A voice of Piper (`voice`) or a model that understands speech (`ear`). `licence` is its own, `terms` says it at length."""

    key: Annotated[str, Field(pattern=_NAME)]
    kind: Literal["voice", "ear"]
    name: Line
    language: Line
    about: Line
    licence: Line
    terms: Address
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1, max_length=20)]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(f.size for f in self.files)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Whom fetching it connects to; they may hand on to stores of their own, over https alone."""
        return tuple(dict.fromkeys(f.host for f in self.files))

    @model_validator(mode="after")
    def _whole(self) -> Model:
        names = [f.name for f in self.files]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.key} names a file twice")
        if self.kind == "voice" and set(names) != {f"{self.key}.onnx", f"{self.key}.onnx.json"}:
            raise ValueError(f"{self.key} is a voice and needs {self.key}.onnx and {self.key}.onnx.json")
        return self


class Catalogue(_Fixed):
    """The table. `read_on`: the day on which its facts were read from `sources`."""

    about: str
    read_on: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    sources: tuple[str, ...]
    models: tuple[Model, ...]

    @model_validator(mode="after")
    def _distinct(self) -> Catalogue:
        keys = [m.key.casefold() for m in self.models]
        if len(set(keys)) < len(keys):
            raise ValueError("a key stands there twice")
        return self

    def find(self, key: str) -> Model | None:
        """The model of a key, whatever its case."""
        return next((m for m in self.models if m.key.casefold() == key.casefold()), None)


def parse(text: str | bytes, where: str) -> Catalogue:
    """The table from JSON. Raises `SettingsTrouble` with one sentence that names `where` and the field."""
    way_out = "correct it, or install Visavis again to restore it"
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsTrouble(f"{where} is not valid JSON; {way_out}.") from error
    try:
        return Catalogue.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the table"
        said = "is missing" if first["type"] == "missing" else f"is wrong ({first['msg'].removeprefix('Value error, ').rstrip('.')})"
        raise SettingsTrouble(f"{where}: the field {field!r} {said}; {way_out}.") from error


@cache
def catalogue() -> Catalogue:
    """What this version of Visavis offers."""
    return parse(asset_bytes(TABLE), f"assets/{TABLE}")
