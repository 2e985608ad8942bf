"""Compares a picture of a page with the one that is kept, as loosely as another Chromium needs.

What it is not: pixels side by side. Another minor release of Chromium or of a font moves text by a
pixel and draws its edges otherwise; a lost table, an ugly gap or the wrong colours move more.
"""

import io

from PIL import Image, ImageChops, ImageStat

TALLER = 0.08  # the share by which a page may be taller or shorter
CELL = 16  # pixels: what is in a cell counts as one grey
MEAN = 5.0  # of 255, on the average of all cells
WORST = 0.01  # the share of cells that may differ by more than DIFFERENT
DIFFERENT = 60
LARGEST = 100_000  # bytes of a kept picture


def compare(kept, seen):
    """Yields what differs between two PNGs."""
    kept, seen = (Image.open(io.BytesIO(data)).convert("RGB") for data in (kept, seen))
    height = kept.height * seen.width / kept.width
    if abs(height - seen.height) > TALLER * height:
        yield f"the picture is {seen.height} pixels high, and was {height:.0f}"
        return
    size = (seen.width // CELL, max(1, seen.height // CELL))
    kept, seen = (image.convert("L").resize(size, Image.Resampling.BOX) for image in (kept, seen))
    difference = ImageChops.difference(kept, seen)
    mean = ImageStat.Stat(difference).mean[0]
    cells = difference.tobytes()
    worst = sum(value > DIFFERENT for value in cells) / len(cells)
    if mean > MEAN or worst > WORST:
        yield f"the picture differs: by {mean:.1f} of 255, {worst:.1%} of it strongly"


def palette_of(image):
    """The commonest colours as they are (grounds, lines), and others so that each hue has one."""
    common = [colour for _, colour in sorted(image.getcolors(maxcolors=1 << 24), reverse=True)[:24]]
    spread = image.quantize(40, method=Image.Quantize.MAXCOVERAGE).getpalette()[:120]
    flat = [part for colour in common for part in colour] + spread
    palette = Image.new("P", (1, 1))
    palette.putpalette(flat + flat[-3:] * (256 - len(flat) // 3))
    return palette


def small(data):
    """A smaller PNG of few colours, to be kept: still one that shows what the page looks like."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    for share in (0.75, 0.6, 0.5, 0.4):
        size = (round(image.width * share), round(image.height * share))
        out = io.BytesIO()
        reduced = image.resize(size, Image.Resampling.LANCZOS)
        reduced.quantize(palette=palette_of(reduced), dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()
