"""Rings: the stone on its band, the plain band, and stones all the way round."""

from __future__ import annotations

import math

from app.sandbox.pictures import gems, light
from app.sandbox.pictures.solids import WHOLE, band_profile, round_profile, sweep
from app.sandbox.pictures.space import Camera, Frame, Scene, Vec

FINGER = 168.0
VIEW = Camera(yaw=24, pitch=44, roll=-5, scale=1.22, cy=478)
TOP = math.pi / 2


def upright(height: float, along: float = 0.0) -> Frame:
    """A seat on top of the ring: the stone's face looks up, its length runs with the finger."""
    return Frame((along, height, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))


def rod(scene: Scene, camera: Camera, ends: tuple[Vec, Vec], wide: float, metal: str) -> None:
    """Draw a straight piece of wire, with the light along it."""
    (ax, ay, az), (bx, by, bz) = camera.see(ends[0]), camera.see(ends[1])
    for part, glow in ((1.0, 0.3), (0.62, 0.62), (0.25, 0.92)):
        colour = light.ramp(light.METALS[metal], glow)
        scene.paint(
            (az + bz) / 2 + wide * camera.scale,
            f'<path d="M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}" stroke="{colour}" fill="none" '
            f'stroke-linecap="round" stroke-width="{wide * camera.scale * part:.1f}"/>',
        )


def _mount(scene: Scene, seat: Frame, cut: str, size: float, metal: str, camera: Camera = VIEW) -> None:
    """Build the basket under a stone: a small gallery, and claws that rise to the girdle."""
    low = Frame(seat.point((0, 0, -0.62 * size)), seat.x, seat.y, seat.z)
    sweep(scene, camera, 0.5 * size, round_profile(0.07 * size, 8), metal, frame=low, steps=36)
    shape = gems.outline("cushion" if cut == "emerald" else cut, size * 0.98)
    for i in range(6 if cut == "round" else 4):
        x, y = shape(WHOLE * (i + 0.5) / (6 if cut == "round" else 4))
        foot, tip = seat.point((x * 0.3, y * 0.3, -0.95 * size)), seat.point((x, y, 0.08 * size))
        rod(scene, camera, (foot, tip), 0.12 * size, metal)


def solitaire(scene: Scene, metal: str, stone: str, cut: str, size: float) -> None:
    """A band that narrows towards its stone; the words after the cut add a halo or two sisters."""
    shape, _, extra = cut.partition(" ")

    def taper(angle: float) -> float:
        return 1.0 - 0.38 * math.exp(-(((angle - TOP) / 0.75) ** 2))

    profile = band_profile(26 if size < 60 else 34, 13)
    sweep(scene, VIEW, FINGER, profile, metal, narrow=taper, steps=110)
    seat = upright(FINGER + 0.80 * size + 6)
    if extra == "trilogy":
        for side in (-1, 1):
            _side_stone(scene, side, size, metal, stone)
    _mount(scene, seat, shape, size, metal)
    gems.gem(scene, VIEW, seat, shape, size, stone)
    if extra == "halo":
        gems.halo(scene, VIEW, seat, shape, size)
    gems.claws(scene, VIEW, seat, shape, size, 6 if shape == "round" else 4)


def _side_stone(scene: Scene, side: int, size: float, metal: str, stone: str) -> None:
    small, lean = size * 0.72, side * 0.30
    up: Vec = (math.sin(lean), math.cos(lean), 0.0)
    reach = FINGER + small * 0.78
    seat = Frame(
        (up[0] * reach + side * size * 0.72, up[1] * reach, 0.0),
        (math.cos(lean), -math.sin(lean), 0.0),
        (0.0, 0.0, -1.0),
        up,
    )
    _mount(scene, seat, "round", small, metal)
    gems.gem(scene, VIEW, seat, "round", small, stone)
    gems.claws(scene, VIEW, seat, "round", small)


def plain(scene: Scene, metal: str, cut: str) -> None:
    """A wedding band: `court 4`, `flat 4`, `milgrain 4`, the number being millimetres."""
    shape, _, millimetres = cut.partition(" ")
    wide = 16.5 * float(millimetres) + 8
    camera = Camera(yaw=38, pitch=20, roll=-6, scale=1.25, cy=410)
    sweep(scene, camera, FINGER, band_profile(wide, 15, shape == "flat"), metal, steps=128)
    if shape == "milgrain":
        for i in range(150):
            angle = WHOLE * i / 150
            _grain(scene, camera, angle, wide * 0.40)


def _grain(scene: Scene, camera: Camera, angle: float, off: float) -> None:
    for side in (-off, off):
        out: Vec = (math.cos(angle), math.sin(angle), 0.0)
        if camera.turn(out)[2] > 0.02:
            reach = FINGER + 10
            gems.bead(scene, camera, (out[0] * reach, out[1] * reach, side), 3.6, 9)


def eternity(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """Stones around the band: `full`, `half`, `alternating` with diamonds, or `grand`."""
    camera = Camera(yaw=30, pitch=40, roll=-9, scale=1.3, cy=440)
    size = 22.0 if cut == "grand" else 17.0
    wide = 2 * size + 6
    sweep(scene, camera, FINGER, band_profile(wide, 8, True), metal, steps=110)
    around(
        scene,
        camera,
        FINGER + 9,
        size,
        (stone, "diamond" if cut == "alternating" else stone),
        arc=(0.12 * math.pi, 0.88 * math.pi) if cut == "half" else (0.0, WHOLE),
    )


def around(
    scene: Scene,
    camera: Camera,
    radius: float,
    size: float,
    stones: tuple[str, str],
    *,
    arc: tuple[float, float] = (0.0, WHOLE),
    frame: Frame | None = None,
) -> None:
    """Set stones side by side around a circle, faces outwards, with a grain of metal between them."""
    place = frame or Frame()
    count = int((arc[1] - arc[0]) * radius / (2.12 * size))
    for i in range(count):
        angle = arc[0] + (arc[1] - arc[0]) * (i + 0.5) / count
        seat = _outward(place, angle, radius)
        if camera.turn(seat.z)[2] > -0.1:
            gems.melee(scene, camera, seat, size, stones[i % 2])
            for side in (-0.8, 0.8):
                grain = seat.point((size * 1.05, size * side, 0.1 * size))
                if camera.turn(seat.z)[2] > 0.05:
                    gems.bead(scene, camera, grain, 0.17 * size, size * camera.scale * 1.4)


def _outward(place: Frame, angle: float, radius: float) -> Frame:
    c, s = math.cos(angle), math.sin(angle)
    flat = Frame((0.0, 0.0, 0.0), place.x, place.y, place.z)
    return Frame(
        place.point((radius * c, radius * s, 0.0)),
        flat.point((-s, c, 0.0)),
        place.z,
        flat.point((c, s, 0.0)),
    )
