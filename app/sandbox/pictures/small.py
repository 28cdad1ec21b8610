"""Small pieces: earrings, charms, brooches, cufflinks, and the matched set."""

from __future__ import annotations

import math

from app.sandbox.pictures import chains, gems, light
from app.sandbox.pictures.chains import FLAT, at
from app.sandbox.pictures.solids import disc, round_profile, sweep
from app.sandbox.pictures.space import Camera, Frame, Scene

WHOLE = 2 * math.pi


def earrings(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """A pair of `stud`, `hoop` or `drop`."""
    shape, _, extra = cut.partition(" ")
    for side in (-1, 1):
        if shape == "stud":
            _stud(scene, metal, stone, extra, 400 + side * 128)
        elif shape == "hoop":
            _hoop(scene, metal, stone if extra else "", side)
        else:
            _drop(scene, metal, stone, extra, 400 + side * 108)


def _stud(scene: Scene, metal: str, stone: str, cut: str, x: float) -> None:
    size = 78.0 if stone == "pearl" else 70.0
    camera = Camera(yaw=-14 if x < 400 else 10, pitch=12, cx=x, cy=410)
    if stone == "pearl":
        gems.pearl(scene, camera, Frame(), size)
        return
    shape = "oval" if cut == "oval" else "round"
    disc(scene, camera, Frame((0.0, 0.0, -0.7 * size)), gems.outline(shape, size * 0.8), metal, thick=6)
    gems.gem(scene, camera, Frame(), shape, size, stone)
    gems.claws(scene, camera, Frame(), shape, size)


def _hoop(scene: Scene, metal: str, stone: str, side: int) -> None:
    camera = Camera(yaw=side * 34 + 12, pitch=8, cx=400 + side * 132, cy=400)
    sweep(scene, camera, 118, round_profile(8 if stone else 11, 12), metal, steps=110)
    if stone:
        for i in range(-9, 10):
            a = -math.pi / 2 + i * 0.155
            seat = Frame((118 * math.cos(a), 118 * math.sin(a), 9.0))
            gems.melee(scene, camera, seat, 9.2, stone)
    gems.bead(scene, camera, (0.0, 118.0, 6.0), 8, 12)


def _wire(scene: Scene, metal: str, x: float) -> None:
    for width, glow in ((5.0, 0.4), (2.2, 0.85)):
        colour = light.ramp(light.METALS[metal], glow)
        scene.paint(
            0,
            f'<path d="M{x} 300C{x - 4} 240 {x - 6} 170 {x + 22} 168C{x + 52} 166 {x + 48} 236 '
            f'{x + 46} 270" fill="none" stroke="{colour}" stroke-width="{width}" '
            f'stroke-linecap="round"/>',
        )


def _drop(scene: Scene, metal: str, stone: str, cut: str, x: float) -> None:
    _wire(scene, metal, x)
    gems.gem(scene, FLAT, at(x, 306), "round", 20, "diamond")
    gems.claws(scene, FLAT, at(x, 306), "round", 20)
    chains.chain(scene, [(x, 330.0), (x, 372.0)], 4.4, metal)
    if cut == "pearl":
        gems.bead(scene, FLAT, at(x, 380).origin, 12, 0)
        gems.pearl(scene, FLAT, at(x, 442), 58)
        return
    seat = at(x, 376 + 1.72 * 50)
    disc(scene, FLAT, Frame((*seat.origin[:2], -140.0)), gems.outline("pear", 55), metal, thick=4)
    gems.gem(scene, FLAT, seat, "pear", 50, stone)
    gems.claws(scene, FLAT, seat, "pear", 50)


def _heart(a: float) -> tuple[float, float]:
    x = 16 * math.sin(a) ** 3
    y = 13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a)
    return (-6.6 * x, 6.6 * y)


def _star(a: float) -> tuple[float, float]:
    turn = (a - math.pi / 2) % (WHOLE / 5) / (WHOLE / 5)
    reach = 118 - 118 * 0.92 * min(turn, 1 - turn) * (1.18 - min(turn, 1 - turn) * 0.1)
    return (reach * math.cos(a), reach * math.sin(a))


def charm(scene: Scene, metal: str, cut: str) -> None:
    """`heart`, `star` or `disc`, on its ring."""
    camera = Camera(yaw=-16, pitch=8, cy=450)
    shape = {"heart": _heart, "star": _star}.get(cut, gems.outline("round", 104))
    steps = 100 if cut == "star" else 90
    disc(scene, camera, Frame(), shape, metal, thick=14, dome=0.9 if cut != "disc" else 0.1, steps=steps)
    top = 138 if cut == "star" else 124 if cut == "disc" else 92
    ring = Frame((0.0, float(top), 8.0), (0.3, 0.0, 0.95), (0.0, 1.0, 0.0), (0.95, 0.0, -0.3))
    sweep(scene, camera, 22, round_profile(5.5, 10), metal, frame=ring, steps=48)
    chains.chain(scene, [(250.0, 262.0), (400.0, 292.0), (550.0, 262.0)], 6, metal)
    if cut == "disc":
        x, y, near = camera.see((0.0, -8.0, 22.0))
        scene.paint(
            near + 90,
            f'<text x="{x:.0f}" y="{y + 34:.0f}" text-anchor="middle" font-size="120" '
            f'font-family="Georgia, serif" font-style="italic" fill="#7d4432" opacity=".75">A</text>',
        )


def brooch(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """A `spray` of leaves, or a `swallow`."""
    if cut == "swallow":
        _swallow(scene, stone)
        return
    for i in range(9):
        k = i / 8
        for side in (-1, 1):
            _leaf(scene, metal, stone, k, side)
    for width, glow in ((11, 0.25), (7, 0.6), (2.6, 0.95)):
        colour = light.ramp(light.METALS[metal], glow)
        scene.paint(
            -150,
            f'<path d="M300 640C330 520 400 380 505 205" fill="none" stroke="{colour}" '
            f'stroke-width="{width}" stroke-linecap="round"/>',
        )
    gems.gem(scene, FLAT, at(512, 192), "round", 27, stone)
    gems.claws(scene, FLAT, at(512, 192), "round", 27)


def _leaf(scene: Scene, metal: str, stone: str, k: float, side: int) -> None:
    x, y = 322 + 170 * k, 575 - 335 * k - 22 * math.sin(math.pi * k)
    size = 30 - 11 * k
    lean = math.radians(-27 - side * 52 + 8 * k * side)
    away = (math.sin(-lean) * size * 1.9, -math.cos(lean) * size * 1.9)
    seat = Frame(
        at(x + away[0] * -1, y + away[1]).origin,
        (math.cos(lean), math.sin(lean), 0.0),
        (-math.sin(lean), math.cos(lean), 0.0),
    )
    seat = Frame(at(x - math.sin(lean) * size * 1.7, y - math.cos(lean) * size * 1.7).origin, seat.x, seat.y)
    gems.gem(scene, FLAT, seat, "marquise", size, stone)
    gems.claws(scene, FLAT, seat, "marquise", size, 2)


SWALLOW = (
    "M150 300C250 290 340 330 395 385C450 330 545 215 668 190C600 270 545 350 500 425C545 460 600 540 640 "
    "650C570 600 520 575 470 545C480 590 470 640 452 690C425 630 405 575 392 520C345 500 300 470 275 430"
    "C262 418 242 416 222 420C240 398 262 388 285 386C250 350 205 320 150 300Z"
)


def _swallow(scene: Scene, stone: str) -> None:
    feathers = "".join(
        f'<path d="M{430 + 18 * i} {400 - 24 * i}Q{470 + 22 * i} {380 - 26 * i} '
        f'{520 + 20 * i} {330 - 18 * i}" '
        'fill="none" stroke="#6b4513" stroke-width="2.4" opacity=".5"/>'
        for i in range(7)
    )
    scene.paint(
        0,
        f'<g filter="url(#drop)"><path d="{SWALLOW}" fill="url(#sheet)" stroke="#6f4a18" '
        f'stroke-width="2"/></g>{feathers}<circle cx="300" cy="412" r="6" fill="#3a250b"/>',
    )
    gems.gem(scene, FLAT, at(206, 428), "round", 22, stone)
    gems.claws(scene, FLAT, at(206, 428), "round", 22)


def cufflinks(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """Two faces, each with its bar behind it."""
    for side, yaw in ((-1, -30), (1, 24)):
        camera = Camera(yaw=yaw, pitch=16, cx=400 + side * 130, cy=390 + side * 28)
        shape = gems.outline(cut, 84 if cut == "oval" else 88)
        back = Frame((0.0, 0.0, -120.0))
        disc(scene, camera, back, gems.outline("oval", 36), metal, thick=12)
        for step in range(5):
            gems.bead(scene, camera, (0.0, 0.0, -100.0 + 22 * step), 9)
        disc(scene, camera, Frame(), shape, metal, thick=14, dome=0.2)
        if stone:
            gems.gem(scene, camera, Frame((0.0, 0.0, 22.0)), "round", 70, stone)


def matched(scene: Scene, metal: str, stone: str) -> None:
    """The set: a pendant on its chain and a pair of studs below."""
    chains.chain(scene, chains.vee(370), 4.2, metal)
    gems.bead(scene, FLAT, at(400, 384).origin, 11)
    gems.gem(scene, FLAT, at(400, 440), "round", 52, stone)
    for x in (268, 532):
        gems.bead(scene, FLAT, at(x, 590).origin, 22, -30)
        gems.gem(scene, FLAT, at(x, 590), "round", 46, stone)
