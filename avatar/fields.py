"""What the parts of a recipe are made of: sections that keep fields they do not know, shares, colours, names of tables."""

from __future__ import annotations

import json
from collections.abc import Collection
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="allow", validate_assignment=True, allow_inf_nan=False)


def body_table(name: str) -> dict[str, Any]:
    """The entries of `assets/body/<name>.json`."""
    entries: dict[str, Any] = json.loads(files("world.assets").joinpath(f"body/{name}.json").read_text("utf-8"))
    return entries


def one_of(known: Collection[str], value: str, what: str) -> str:
    """The value, if there is such a one."""
    if value not in known:
        raise ValueError(f"'{value}' is no {what}; choose one of {', '.join(sorted(known))}")
    return value
