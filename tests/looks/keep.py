"""Makes the kept pictures again, after a change of looks that was looked at: python -m tests.looks.keep"""

from __future__ import annotations

from PIL import Image

from tests.looks.studio import KEPT, SCENES, Studio


def main() -> None:
    """Writes every picture of `SCENES`."""
    KEPT.mkdir(exist_ok=True)
    for name, (who, feeling) in SCENES.items():
        studio = Studio(who)
        Image.fromarray(studio.feel(feeling)).save(KEPT / f"{name}.png", optimize=True)
        studio.close()


if __name__ == "__main__":
    main()
