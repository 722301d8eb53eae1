"""The one way out: to an OpenAI-compatible server, and to a file that the user asked for.

Address, key and client are given explicitly: nothing of the environment (keys, base URLs, organisations, proxies) is used, so
that private talk never goes anywhere but to the configured server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dialogue.sent import note
from dialogue.trouble import SettingsTrouble

if TYPE_CHECKING:
    from openai import AsyncOpenAI, DefaultHttpxClient

CONNECT_S = 5.0
NO_KEY = "none"
"""Local servers ignore the key, but the client insists on one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server. `base_url` ends in /v1 as a rule; the key may be any text for local servers; `redact`: names, mail,
    numbers and addresses of the user are hidden from it."""

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    redact: bool = False

    def check(self) -> None:
        """Raises `SettingsTrouble` where the address is none or the model is not named."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsTrouble(f"The endpoint '{self.base_url}' is no web address; it should look like http://localhost:11434/v1.")
        if not self.model.strip():
            raise SettingsTrouble(f"The endpoint '{self.base_url}' needs the name of a model; add the one its server offers.")

    @property
    def name(self) -> str:
        """Model and host, without a password that the address may hold."""
        return f"{self.model} at {urlsplit(self.base_url).netloc.rpartition('@')[2]}"

    def open(self, read_s: float) -> AsyncOpenAI:
        """A client that waits `read_s` seconds for each part of an answer and never tries again by itself."""
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Omit, Timeout

        timeout = Timeout(read_s, connect=CONNECT_S)
        client = AsyncOpenAI(
            base_url=self.base_url,
            api_key=self.api_key or NO_KEY,
            http_client=DefaultAsyncHttpxClient(trust_env=False, timeout=timeout, event_hooks={"request": [_noted]}),
            timeout=timeout,
            max_retries=0,
            default_headers={"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()},  # type: ignore[dict-item]  # Omit is documented here, not typed
        )
        # The client reads these from the environment when they are not given.
        client.organization = None
        client.project = None
        return client


async def _noted(request: Any) -> None:
    """An httpx.Request, of which the page of what was sent is to know; no header of it, for the key is one."""
    address = urlsplit(str(request.url))
    to = address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
    note(to, request.headers.get("content-type", ""), await request.aread())


def open_plain(read_s: float) -> DefaultHttpxClient:
    """A client for plain files: no key, no cookie of anybody, no proxy of the environment, and no redirect that is not looked at."""
    from openai import DefaultHttpxClient, Timeout

    return DefaultHttpxClient(trust_env=False, timeout=Timeout(read_s, connect=CONNECT_S), follow_redirects=False)
