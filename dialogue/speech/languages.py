"""Languages as systems and models name them, and as espeak-ng does."""

from __future__ import annotations

_ESPEAK = {
    "en": "en-us", "en-gb": "gmw/en-gb-x-rp", "en-ie": "gmw/en-gb-x-rp", "en-au": "gmw/en-gb-x-rp", "en-nz": "gmw/en-gb-x-rp",
    "pt-br": "pt-br", "fr-be": "fr-be", "fr-ch": "fr-ch",
    "zh": "cmn", "zh-hk": "yue", "zh-mo": "yue", "no": "nb", "nn": "nb", "iw": "he", "in": "id",
} | {f"es-{region}": "es-419" for region in ("419", "ar", "bo", "cl", "co", "cr", "do", "ec", "mx", "pe", "us", "uy", "ve")}  # fmt: skip


def espeak_name(language: str) -> str:
    """espeak-ng's name of a language: of en_US en-us, of de_DE de, of zh_HK yue; one with a folder (gmw/en) stays as it is. espeak-ng need
    not have it. An empty name is English."""
    if "/" in language:
        return language
    tag = language.lower().replace("_", "-") or "en"
    return _ESPEAK.get(tag) or _ESPEAK.get(tag.partition("-")[0]) or tag.partition("-")[0]
