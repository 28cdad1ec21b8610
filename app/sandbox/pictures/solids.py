"""The turned parts of jewellery: bands, tori and discs, as shaded meshes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from app.sandbox.pictures import light
from app.sandbox.pictures.space import Camera, Frame, Scene, Vec, cross, sub, unit

Profile = Sequence[tuple[float, float]]
WHOLE = 2 * math.pi


def round_profile(radius: float, steps: int = 12) -> Profile:
    """The cross-section of round wire."""
    return [
        (radius * math.cos(WHOLE * i / steps), radius * math.sin(WHOLE * i / steps)) for i in range(steps)
    ]


def band_profile(width: float, thick: float, flat: bool = False) -> Profile:
    """The cross-section of a band: domed outside (court) or flat with a small bevel; plain inside."""
    half, power = width / 2, 9.0 if flat else 2.6
    outer = [
        (thick * (1 - abs(math.sin(a)) ** power * (0.25 if flat else 0.8)), half * math.sin(a))
        for a in (math.pi * (i / 12 - 0.5) for i in range(13))
    ]
    return [*outer, (0.0, half), (-0.04 * width, half * 0.5), (-0.04 * width, -half * 0.5), (0.0, -half)]


def sweep(
    scene: Scene,
    camera: Camera,
    radius: float,
    profile: Profile,
    metal: str,
    *,
    frame: Frame | None = None,
    arc: tuple[float, float] = (0.0, WHOLE),
    steps: int = 96,
    narrow: Callable[[float], float] | None = None,
) -> None:
    """Turn a cross-section around the frame's z axis and shade every face that looks at us."""
    place = frame or Frame()
    rows = [_row(arc[0] + (arc[1] - arc[0]) * i / steps, radius, profile, narrow) for i in range(steps + 1)]
    seen = [[camera.turn(place.point(p)) for p in row] for row in rows]
    shown = [[camera.see(place.point(p)) for p in row] for row in rows]
    count = len(profile)
    for i in range(steps):
        for j in range(count):
            k = (j + 1) % count
            corners = ((i, j), (i + 1, j), (i + 1, k), (i, k))
            normal = unit(cross(sub(seen[i + 1][k], seen[i][j]), sub(seen[i][k], seen[i + 1][j])))
            if normal[2] > 0.0:
                scene.face([shown[a][b] for a, b in corners], light.metal(metal, normal))


def _row(angle: float, radius: float, profile: Profile, narrow: Callable[[float], float] | None) -> list[Vec]:
    fine = narrow(angle) if narrow else 1.0
    return [
        ((radius + out * fine) * math.cos(angle), (radius + out * fine) * math.sin(angle), along * fine)
        for out, along in profile
    ]


def disc(
    scene: Scene,
    camera: Camera,
    frame: Frame,
    outline: Callable[[float], tuple[float, float]],
    metal: str,
    *,
    thick: float = 10.0,
    dome: float = 0.25,
    steps: int = 72,
) -> None:
    """Make a softly domed plate of any outline, face on."""
    levels = (
        (1.0, 0.0),
        (1.0, thick),
        (0.94, thick * 1.25),
        (0.6, thick * (1.25 + dome)),
        (0.0, thick * 1.35),
    )
    rows = []
    for scale, height in levels:
        ring = [outline(WHOLE * i / steps) for i in range(steps + 1)]
        rows.append([frame.point((x * scale, y * scale, height)) for x, y in ring])
    for low, high in pairwise(rows):
        for i in range(steps):
            _plate(scene, camera, (low[i], low[i + 1], high[i + 1], high[i]), metal)


def _plate(scene: Scene, camera: Camera, corners: Sequence[Vec], metal: str) -> None:
    turned = [camera.turn(p) for p in corners]
    normal = unit(cross(sub(turned[2], turned[0]), sub(turned[3], turned[1])))
    if normal[2] > 0.0:
        scene.face([camera.see(p) for p in corners], light.metal(metal, normal))
