"""Cut stones, pearls and the beads of metal that hold them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from app.sandbox.pictures import light
from app.sandbox.pictures.space import Camera, Frame, Scene, Vec, cross, sub, times, unit

Outline = Callable[[float], tuple[float, float]]
WHOLE = 2 * math.pi


def outline(cut: str, size: float) -> Outline:
    """The girdle of a cut, seen from above; `size` is half its width."""

    def round_(a: float) -> tuple[float, float]:
        return (size * math.cos(a), size * math.sin(a))

    def oval(a: float) -> tuple[float, float]:
        return (size * math.cos(a), 1.32 * size * math.sin(a))

    def cushion(a: float) -> tuple[float, float]:
        k = (abs(math.cos(a)) ** 3.2 + abs(math.sin(a)) ** 3.2) ** (-1 / 3.2)
        return (size * k * math.cos(a), size * 1.06 * k * math.sin(a))

    def pear(a: float) -> tuple[float, float]:
        rise = max(math.sin(a), 0.0)
        return (size * math.cos(a) * (1 - rise) ** 0.25, size * math.sin(a) * (1 + 0.7 * rise))

    def marquise(a: float) -> tuple[float, float]:
        return (0.62 * size * math.copysign(abs(math.cos(a)) ** 1.5, math.cos(a)), 1.5 * size * math.sin(a))

    shapes: dict[str, Outline] = {
        "round": round_,
        "oval": oval,
        "cushion": cushion,
        "pear": pear,
        "marquise": marquise,
    }
    return shapes[cut]


def gem(scene: Scene, camera: Camera, frame: Frame, cut: str, size: float, stone: str) -> None:
    """Set one stone, its table along the frame's z."""
    if stone == "pearl":
        pearl(scene, camera, frame, size)
    elif stone in {"opal", "onyx"}:
        _cabochon(scene, camera, frame, cut, size, stone)
    elif cut == "emerald":
        _steps(scene, camera, frame, size, stone)
    else:
        _brilliant(scene, camera, frame, cut, size, stone)


def melee(scene: Scene, camera: Camera, frame: Frame, size: float, stone: str) -> None:
    """Set one of the small stones: a table and eight facets are all one sees."""
    edge = _ring(outline("round", size), 8, 0.0, 1.0, 0.0)
    table = _ring(outline("round", size), 8, 0.0, 0.55, 0.35 * size)
    for i in range(8):
        k = (i + 1) % 8
        _facet(scene, camera, frame, (edge[i], edge[k], table[k], table[i]), stone, size)
    _facet(scene, camera, frame, table, stone, size)


def _ring(shape: Outline, count: int, offset: float, scale: float, height: float) -> list[Vec]:
    points = (shape(WHOLE * (i + offset) / count) for i in range(count))
    return [(x * scale, y * scale, height) for x, y in points]


def _brilliant(scene: Scene, camera: Camera, frame: Frame, cut: str, size: float, stone: str) -> None:
    shape, n = outline(cut, size), 16 if cut == "pear" else 12 if cut in {"oval", "cushion"} else 8
    table = _ring(shape, n, 0.0, 0.54, 0.30 * size)
    middle = _ring(shape, n, 0.5, 0.80, 0.17 * size)
    girdle = _ring(shape, n * 2, 0.0, 1.0, 0.0)
    culet: Vec = (0.0, 0.0, -0.85 * size)
    for i in range(n):
        k, g = (i + 1) % n, 2 * i
        h = (g + 2) % (2 * n)
        _facet(scene, camera, frame, (table[i], table[k], middle[i]), stone, size)
        _facet(scene, camera, frame, (table[i], middle[i], girdle[g]), stone, size)
        _facet(scene, camera, frame, (middle[i], table[k], girdle[h]), stone, size)
        _facet(scene, camera, frame, (middle[i], girdle[g], girdle[g + 1]), stone, size)
        _facet(scene, camera, frame, (middle[i], girdle[g + 1], girdle[h]), stone, size)
        _facet(scene, camera, frame, (girdle[h], girdle[g], culet), stone, size)
    _through_the_table(scene, camera, frame, table, stone, size)


def _through_the_table(
    scene: Scene, camera: Camera, frame: Frame, table: Sequence[Vec], stone: str, size: float
) -> None:
    """Show the pavilion's facets through the table: the star one sees when looking down into a stone."""
    n, high = len(table), table[0][2]
    inner = [
        (x * 0.45, y * 0.45, high) for x, y in (_between(table[i], table[(i + 1) % n]) for i in range(n))
    ]
    colours = light.STONES[stone]
    for i in range(n):
        k = (i + 1) % n
        shine = 0.42 + 0.34 * math.sin(2.4 * i + 0.7) + 0.16 * math.cos(WHOLE * i / n - 2.2)
        _flat(scene, camera, frame, (table[i], table[k], inner[i]), light.ramp(colours, shine), size)
        glint = 0.66 + 0.32 * math.cos(3.1 * i + 1.0)
        _flat(scene, camera, frame, (inner[i], table[k], inner[k]), light.ramp(colours, glint), size)
        deep = 0.34 + 0.30 * math.sin(2.0 * i)
        _flat(scene, camera, frame, ((0.0, 0.0, high), inner[i], inner[k]), light.ramp(colours, deep), size)


def _between(a: Vec, b: Vec) -> tuple[float, float]:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _steps(scene: Scene, camera: Camera, frame: Frame, size: float, stone: str) -> None:
    """Cut an emerald-cut stone: long steps on eight sides, and a large open table."""
    w, h, c = size * 0.92, size * 1.28, size * 0.38
    base = [
        (w, h - c),
        (w - c, h),
        (c - w, h),
        (-w, h - c),
        (-w, c - h),
        (c - w, -h),
        (w - c, -h),
        (w, c - h),
    ]
    levels = [(1.0, 0.0), (0.84, 0.16), (0.70, 0.25), (0.55, 0.30)]
    rows: list[list[Vec]] = [[(x * s, y * s, z * size) for x, y in base] for s, z in levels]
    for low, high in pairwise(rows):
        for i in range(8):
            k = (i + 1) % 8
            _facet(scene, camera, frame, (low[i], low[k], high[k], high[i]), stone, size)
    colours = light.STONES[stone]
    for depth, scale in enumerate((0.55, 0.40, 0.26, 0.12)):
        ring: list[Vec] = [(x * scale, y * scale, 0.30 * size + 0.01 * depth) for x, y in base]
        for i in range(8):
            shine = 0.50 + 0.26 * math.sin(1.9 * i + 2.1 * depth) + 0.06 * depth
            k = (i + 1) % 8
            centre: Vec = (0.0, 0.0, 0.30 * size + 0.01 * depth)
            _flat(scene, camera, frame, (ring[i], ring[k], centre), light.ramp(colours, shine), size + depth)


def _facet(
    scene: Scene, camera: Camera, frame: Frame, corners: Sequence[Vec], stone: str, size: float
) -> None:
    points = [frame.point(p) for p in corners]
    turned = [camera.turn(p) for p in points]
    normal = unit(cross(sub(turned[1], turned[0]), sub(turned[2], turned[0])))
    outward = camera.turn(sub(points[0], frame.point((0.0, 0.0, -0.4 * size))))
    if sum(a * b for a, b in zip(normal, outward, strict=True)) < 0:
        normal = times(normal, -1.0)  # facets are written down in any order; a stone's surface looks out
    if normal[2] > 0.0:
        scene.face([camera.see(p) for p in points], light.facet(stone, normal), size * camera.scale)


def _flat(
    scene: Scene, camera: Camera, frame: Frame, corners: Sequence[Vec], colour: str, lift: float
) -> None:
    """Paint a part of the table: always over the crown, in the order asked by `lift`."""
    if camera.turn(frame.z)[2] > 0.0:
        near = camera.see(frame.origin)[2] + lift * camera.scale * 2.2
        scene.face([camera.see(frame.point(p)) for p in corners], colour, near=near)


def _cabochon(scene: Scene, camera: Camera, frame: Frame, cut: str, size: float, stone: str) -> None:
    shape = outline(cut if cut in {"oval", "round"} else "round", size)
    points = [camera.see(frame.point((*shape(WHOLE * i / 48), 0.1 * size))) for i in range(48)]
    d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in points) + "Z"
    near = points[0][2] + size * camera.scale * 1.2
    x, y, _ = camera.see(frame.origin)
    scene.paint(near, f'<path d="{d}" fill="url(#{stone})"/>')
    r = size * camera.scale
    scene.paint(
        near + 1,
        f'<ellipse cx="{x - r * 0.3:.1f}" cy="{y - r * 0.5:.1f}" rx="{r * 0.3:.1f}" '
        f'ry="{r * 0.16:.1f}" fill="#fff" opacity=".55" filter="url(#soft)"/>',
    )


def pearl(scene: Scene, camera: Camera, frame: Frame, size: float) -> None:
    """Hang one pearl: a ball whose light comes from inside."""
    x, y, near = camera.see(frame.origin)
    r = size * camera.scale
    scene.paint(near + r, f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="url(#pearl)"/>')


def bead(scene: Scene, camera: Camera, at: Vec, size: float, lift: float = 0.0) -> None:
    """Place a bead of metal: a claw's tip, a milgrain's grain, a chain's ball."""
    x, y, near = camera.see(at)
    r = size * camera.scale
    scene.paint(near + lift, f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="url(#bead)"/>')


def claws(scene: Scene, camera: Camera, frame: Frame, cut: str, size: float, count: int = 4) -> None:
    """Hold a stone by its edge."""
    if cut == "emerald":
        corners = [(sx * size * 0.76, sy * size * 1.12) for sx in (-1, 1) for sy in (-1, 1)]
    else:
        shape = outline(cut, size)
        corners = [shape(WHOLE * (i + 0.5) / count) for i in range(count)]
    for x, y in corners:
        bead(scene, camera, frame.point((x, y, 0.12 * size)), 0.11 * size, size * camera.scale * 1.6)


def halo(scene: Scene, camera: Camera, frame: Frame, cut: str, size: float, count: int = 27) -> None:
    """Lay a close ring of small diamonds around a stone."""
    shape = outline("oval" if cut in {"oval", "pear"} else cut, size * 1.22)
    for i in range(count):
        x, y = shape(WHOLE * i / count)
        seat = Frame(frame.point((x, y, -0.02 * size)), frame.x, frame.y, frame.z)
        melee(scene, camera, seat, size * 0.165, "diamond")
