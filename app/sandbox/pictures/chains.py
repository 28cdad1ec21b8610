"""What hangs or goes round the wrist: chains, strands, lines of stones, pendants and bangles."""

from __future__ import annotations

import math
from itertools import pairwise

from app.sandbox.pictures import gems, light, rings
from app.sandbox.pictures.solids import band_profile, disc, round_profile, sweep
from app.sandbox.pictures.space import Camera, Frame, Scene

Curve = list[tuple[float, float]]
FLAT = Camera()
LYING = Frame((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))


def at(x: float, y: float) -> Frame:
    """A seat on the sheet itself, in the picture's own units, face to the viewer."""
    return Frame((x - 400, 400 - y, 0.0))


def hanging(depth: float = 480, wide: float = 215, top: float = 96) -> Curve:
    """The line of a necklace laid on paper."""
    turns = [math.pi * i / 400 for i in range(401)]
    return [
        (400 - wide * math.cos(t) * (1 - 0.16 * math.sin(t) ** 2), top + depth * math.sin(t) ** 0.82)
        for t in turns
    ]


def vee(bottom: float) -> Curve:
    """The line of a chain drawn down by a pendant."""
    return [
        (400 + 175 * k, bottom - (bottom - 70) * (abs(k) ** 1.22))
        for k in (i / 150 for i in range(-150, 151))
    ]


def loop(rx: float, ry: float, cy: float) -> Curve:
    """The line of a bracelet lying on the table."""
    return [
        (400 + rx * math.cos(t), cy + ry * math.sin(t)) for t in (2 * math.pi * i / 400 for i in range(401))
    ]


def even(curve: Curve, step: float) -> list[tuple[float, float, float]]:
    """Walk a curve in equal steps: x, y and the direction of travel in degrees."""
    walked, left = [], 0.0
    for (ax, ay), (bx, by) in pairwise(curve):
        long = math.hypot(bx - ax, by - ay)
        while left <= long and long > 0:
            share = left / long
            walked.append(
                (ax + (bx - ax) * share, ay + (by - ay) * share, math.degrees(math.atan2(by - ay, bx - ax)))
            )
            left += step
        left -= long
    return walked


def chain(scene: Scene, curve: Curve, gauge: float, metal: str) -> None:
    """Lay a chain: every second link is seen from its side."""
    stops = light.METALS[metal]
    for i, (x, y, turn) in enumerate(even(curve, gauge * 1.3)):
        glow = 0.55 + 0.22 * math.sin(math.radians(turn) * 2 + 0.8)
        put = f'transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" fill="none"'
        if i % 2:
            scene.paint(
                -300 + i * 1e-4,
                f'<path {put} d="M{-gauge * 0.8:.1f} 0H{gauge * 0.8:.1f}" '
                f'stroke-linecap="round" stroke="{light.ramp(stops, glow)}" '
                f'stroke-width="{gauge * 0.5:.1f}"/>',
            )
            continue
        for width, shade in ((0.44, glow - 0.25), (0.18, glow + 0.35)):
            scene.paint(
                -300 + i * 1e-4,
                f'<ellipse {put} rx="{gauge * 0.95:.1f}" ry="{gauge * 0.62:.1f}" '
                f'stroke="{light.ramp(stops, shade)}" stroke-width="{gauge * width:.1f}"/>',
            )


def necklace(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """`strand` of pearls, `line` of stones, `chain`, or `station`: stones along a fine chain."""
    if cut == "chain":
        chain(scene, hanging(), 12, metal)
    elif cut == "station":
        chain(scene, hanging(), 4.4, metal)
        for x, y in _stations(hanging(), 7):
            gems.gem(scene, FLAT, at(x, y), "round", 19, stone)
            gems.claws(scene, FLAT, at(x, y), "round", 19)
    else:
        _graduated(scene, hanging(), stone, 15 if cut == "strand" else 12)


def _stations(curve: Curve, count: int) -> Curve:
    walked = even(curve, 1.0)
    low, high = len(walked) * 0.16, len(walked) * 0.84
    places = (int(low + (high - low) * i / (count - 1)) for i in range(count))
    return [walked[place][:2] for place in places]


def _graduated(scene: Scene, curve: Curve, stone: str, size: float) -> None:
    """Set round things side by side, larger towards the middle."""
    walked, place, middle = even(curve, 1.0), 0.0, len(even(curve, 1.0)) / 2
    while place < len(walked):
        x, y, turn = walked[int(place)]
        own = size * (1.32 - 0.55 * abs(place - middle) / middle)
        a = math.radians(-turn)
        lean = Frame(at(x, y).origin, (math.cos(a), math.sin(a), 0.0), (-math.sin(a), math.cos(a), 0.0))
        gems.gem(scene, FLAT, lean, "round", own, stone)
        if stone != "pearl":
            gems.claws(scene, FLAT, lean, "round", own * 1.04)
        place += own * 2.08


def pendant(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """A stone, or a locket, on a fine chain."""
    shape, _, extra = cut.partition(" ")
    chain(scene, vee(440), 4.2, metal)
    sweep(scene, FLAT, 11, round_profile(4, 8), metal, frame=at(400, 452), steps=36)
    if shape == "locket":
        _locket(scene, metal)
        return
    size = 50.0 if extra else 58.0
    seat = at(400, 478 + size * {"oval": 1.3, "pear": 1.7}.get(shape, 1.08) * (1.26 if extra else 1.0))
    if extra:
        gems.halo(scene, FLAT, seat, shape, size)
    _collet(scene, seat, shape, size, metal)
    gems.gem(scene, FLAT, seat, shape, size, stone)
    if stone != "opal":
        gems.claws(scene, FLAT, seat, shape, size)


def _collet(scene: Scene, seat: Frame, cut: str, size: float, metal: str) -> None:
    """A rim of metal behind the stone."""
    behind = Frame((*seat.origin[:2], -2.2 * size))
    disc(scene, FLAT, behind, gems.outline(cut, size * 1.09), metal, thick=4)


def _locket(scene: Scene, metal: str) -> None:
    camera = Camera(yaw=-10, pitch=6, cx=400, cy=560)
    disc(scene, camera, Frame(), gems.outline("oval", 72), metal, thick=16, dome=0.7)
    for i in range(44):
        x, y = gems.outline("oval", 60)(2 * math.pi * i / 44)
        gems.bead(scene, camera, (x, y, 24), 2.6, 40)
    gems.gem(scene, camera, Frame((0.0, 0.0, 27.0)), "round", 13, "diamond")


def bracelet(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """`bangle`, open `torque`, `line` of stones, or `chain`."""
    camera = Camera(pitch=33, yaw=18, roll=-5, scale=1.0, cy=415)
    if cut == "chain":
        chain(scene, loop(235, 120, 410), 8, metal)
    elif cut == "line":
        sweep(scene, camera, 232, band_profile(28, 6, True), metal, frame=LYING, steps=120)
        rings.around(scene, camera, 240, 13.5, (stone, stone), frame=LYING)
    elif cut == "torque":
        gap = 0.30
        sweep(
            scene,
            camera,
            225,
            round_profile(17, 14),
            metal,
            frame=LYING,
            steps=120,
            arc=(-math.pi / 2 + gap, 1.5 * math.pi - gap),
        )
        for side in (-1, 1):
            a = -math.pi / 2 + side * gap
            gems.bead(scene, camera, LYING.point((225 * math.cos(a), 225 * math.sin(a), 0)), 24, 30)
    else:
        sweep(scene, camera, 232, round_profile(14, 14), metal, frame=LYING, steps=128)
