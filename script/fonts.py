"""Makes assets/fonts from Debian's fonts-noto-core and fonts-noto-cjk and npm's @fontsource/noto-emoji (all SIL OFL 1.1).

Run by a developer when the fonts change, never at set-up: `python script/fonts.py FOLDER` with the unpacked packages inside
FOLDER. Needs fonttools and brotli. The result is cut to the characters people chat with, without hints and layout tables.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parent.parent / "assets" / "fonts"


def decoded(codec: str, first: range, second: range) -> set[int]:
    """Characters of a two-byte encoding's rows."""
    out = set()
    for a in first:
        for b in second:
            text = bytes((a, b)).decode(codec, "ignore")
            if len(text) == 1:
                out.add(ord(text))
    return out


def european() -> set[int]:
    """Latin with Vietnamese, Greek, Cyrillic, punctuation, currency, arrows, some symbols."""
    spans = ((0x20, 0x250), (0x2B0, 0x300), (0x300, 0x370), (0x370, 0x400), (0x400, 0x530), (0x1E00, 0x2000), (0x2010, 0x2070),
             (0x20A0, 0x20C0), (0x2100, 0x2150), (0x2190, 0x2200), (0x2200, 0x2270))  # fmt: skip
    return {c for low, high in spans for c in range(low, high)}


def cjk() -> set[int]:
    """GB 2312, JIS X 0208 with kana, KS X 1001 hangul, and CJK punctuation."""
    row = range(0xA1, 0xFF)
    chinese = decoded("gb2312", range(0xB0, 0xF8), row)
    japanese = decoded("euc_jp", range(0xA1, 0xF5), row)
    korean = decoded("euc_kr", range(0xB0, 0xC9), row)
    full_width = set(range(0x3000, 0x3100)) | set(range(0xFF00, 0xFFF0))
    return {c for c in chinese | japanese | korean | full_width if c >= 0x2E80}


def cut(font: TTFont, characters: set[int], to: Path) -> None:
    """Keep `characters`, drop hints and features; the same input gives the same bytes."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 13, 14], drop_tables=[
        *subset.Options().drop_tables, "GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG", "MATH", "STAT",
    ])  # fmt: skip
    options.recalc_timestamp = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=characters)
    worker.subset(font)
    font.recalcTimestamp = False
    font.save(to)
    print(f"{to.name}: {to.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} characters")


def main(folder: Path) -> None:
    """Find the sources below `folder` and write the fonts."""
    OUT.mkdir(parents=True, exist_ok=True)

    def find(name: str) -> Path:
        return next(iter(sorted(folder.rglob(name))))

    cut(TTFont(find("NotoSans-Regular.ttf")), european(), OUT / "NotoSans-Regular.ttf")
    cut(TTFont(find("NotoSans-Bold.ttf")), european(), OUT / "NotoSans-Bold.ttf")
    cut(TTFont(find("NotoSansCJK-Regular.ttc"), fontNumber=2), cjk(), OUT / "NotoSansCJK-Regular.otf")
    pieces = []
    for path in sorted(folder.rglob("noto-emoji-*-400-normal.woff2")):
        font = TTFont(path)
        font.flavor = None
        for table in ("GSUB", "GPOS", "GDEF", "STAT", "vhea", "vmtx"):
            if table in font:
                del font[table]
        piece = folder / f"{path.stem}.ttf"
        font.save(piece)
        pieces.append(str(piece))
    merged = Merger().merge(pieces)
    cut(merged, set(merged.getBestCmap()), OUT / "NotoEmoji-Regular.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
