"""What metal and stone do with light: colours, and the softboxes of an imagined studio."""

from __future__ import annotations

import math

from app.sandbox.pictures.space import Vec

RGB = tuple[int, int, int]

# from shadow to highlight
METALS: dict[str, tuple[str, ...]] = {
    "yellow gold": ("#4a300c", "#a67729", "#dcb45c", "#f6dfa0", "#fffaf0"),
    "rose gold": ("#54291d", "#a9664e", "#dba088", "#f5d2c2", "#fffaf7"),
    "white gold": ("#363b40", "#828a91", "#bcc3c8", "#e6eaec", "#ffffff"),
    "platinum": ("#30363c", "#7b858d", "#b6bec5", "#e2e7ea", "#ffffff"),
    "silver": ("#3a3a3c", "#85868a", "#bdbdbf", "#e8e7e6", "#ffffff"),
}
STONES: dict[str, tuple[str, ...]] = {
    "diamond": ("#475763", "#8a9ba8", "#c3d0d9", "#edf3f6", "#ffffff"),
    "sapphire": ("#081a4a", "#12349a", "#2559cf", "#6f9bf0", "#e3edff"),
    "ruby": ("#4a0416", "#97092c", "#cf1d46", "#ef6d86", "#ffe3e8"),
    "emerald": ("#03331f", "#076a41", "#179c63", "#6fd3a2", "#e2fff1"),
    "aquamarine": ("#3d7f92", "#6fb5c4", "#a2d9e2", "#d2f1f5", "#ffffff"),
    "amethyst": ("#2b0f4d", "#5b2594", "#8a4fc6", "#bf93ea", "#f6ebff"),
    "garnet": ("#36040a", "#6f0c1a", "#a51f30", "#d66a70", "#ffe4e1"),
    "peridot": ("#3f5a0d", "#739a1e", "#a4c93f", "#d1e98a", "#fbffe9"),
    "citrine": ("#7a3e04", "#c07211", "#eaa52e", "#fbd47c", "#fffbe9"),
    "tanzanite": ("#191357", "#3a2da3", "#6558d6", "#a39cf0", "#eeecff"),
    "tourmaline": ("#5a0b3a", "#a82370", "#da559c", "#f3a0c9", "#fff0f7"),
    "opal": ("#8fb3b0", "#c3dcd6", "#e6efe7", "#f7efe6", "#ffffff"),
    "onyx": ("#050506", "#121214", "#232327", "#4c4c55", "#cfcfd8"),
    "pearl": ("#a99c8c", "#d9cfc2", "#f1ebe1", "#fdfaf4", "#ffffff"),
}


def _rgb(colour: str) -> RGB:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def ramp(stops: tuple[str, ...], amount: float) -> str:
    """Pick the colour that lies `amount` (0..1) of the way from shadow to highlight."""
    at = min(max(amount, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    a, b = _rgb(stops[low]), _rgb(stops[low + 1])
    mixed = (round(p + (q - p) * (at - low)) for p, q in zip(a, b, strict=True))
    return "#" + "".join(f"{c:02x}" for c in mixed)


def _bump(x: float, centre: float, wide: float) -> float:
    return math.exp(-(((x - centre) / wide) ** 2))


def metal(name: str, normal: Vec) -> str:
    """Shade polished metal: it mirrors a bright ceiling, a dark horizon and one softbox at the left."""
    x, y, z = normal
    up, side = 2 * z * y, 2 * z * x  # where the eye's ray goes after the mirror
    glow = 0.40 + 0.30 * up + 0.42 * _bump(side, -0.55, 0.26) * _bump(up, 0.35, 0.7)
    glow += 0.34 * _bump(up, 0.82, 0.2) - 0.30 * _bump(up, -0.18, 0.2) - 0.16 * _bump(side, 0.8, 0.25)
    glow += 0.20 * _bump(up, -0.75, 0.22)
    return ramp(METALS[name], glow)


def facet(name: str, normal: Vec, seed: float = 0.0) -> str:
    """Shade one facet: neighbours catch different lights, which is what makes a stone look cut."""
    x, y, z = normal
    fire = math.sin(9.1 * x + 5.3 * y + 2.7 * seed) * math.cos(7.7 * y - 6.1 * x + 1.9 * seed)
    glow = 0.40 + 0.30 * fire + 0.16 * y - 0.13 * x + 0.06 * z
    return ramp(STONES[name], glow)
