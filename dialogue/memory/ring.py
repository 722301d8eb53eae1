"""The keyring of the operating system, where there is a real one. A backend that writes secrets down openly counts as none."""

from __future__ import annotations

import base64
from typing import Any

from dialogue.trouble import MemoryTrouble

SERVICE = "visavis"
_REAL = (
    "keyring.backends.macOS",
    "keyring.backends.Windows",
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
)


def _backend() -> Any:
    """The first backend that keeps secrets encrypted, None where there is none."""
    try:
        import keyring
        from keyring.errors import KeyringError

        found = keyring.get_keyring()
        candidates = getattr(found, "backends", None) or [found]  # a chain of several tells its parts
    except (ImportError, RuntimeError, OSError):
        return None
    except Exception as error:  # backends raise kinds of their own when a desktop service is missing
        if isinstance(error, KeyringError):
            return None
        raise
    return next((b for b in candidates if type(b).__module__.startswith(_REAL)), None)


def name() -> str:
    """The backend's name, '' where there is none."""
    backend = _backend()
    return str(getattr(backend, "name", type(backend).__name__)) if backend is not None else ""


def keep(account: str, secret: bytes) -> None:
    """Put a secret into the keyring. Raises `MemoryTrouble`."""
    backend = _backend()
    if backend is None:
        raise MemoryTrouble("This computer offers no keyring that keeps secrets safe; choose a passphrase instead.")
    try:
        backend.set_password(SERVICE, account, base64.b64encode(secret).decode())
        held = backend.get_password(SERVICE, account)
    except Exception as error:  # each backend has errors of its own
        raise MemoryTrouble(f"The keyring refused the key ({type(error).__name__}); unlock it, or choose a passphrase.") from error
    if held != base64.b64encode(secret).decode():
        raise MemoryTrouble("The keyring did not keep the key; choose a passphrase instead.")


def fetch(account: str) -> bytes | None:
    """The secret, None where the keyring does not hold it or there is none."""
    backend = _backend()
    if backend is None:
        return None
    try:
        held = backend.get_password(SERVICE, account)
        return base64.b64decode(held, validate=True) if held else None
    except Exception as error:
        raise MemoryTrouble(f"The keyring does not answer ({type(error).__name__}); unlock it, or use the recovery code.") from error


def drop(account: str) -> None:
    """Take the secret out; not having it is as good."""
    backend = _backend()
    if backend is not None:
        try:
            backend.delete_password(SERVICE, account)
        except Exception:  # gone already, or the keyring is closed: the wrapped key is destroyed in any case
            return
