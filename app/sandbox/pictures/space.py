"""A very small studio: vectors, a camera, and a scene that paints what is far away first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Vec = tuple[float, float, float]


def add(a: Vec, b: Vec) -> Vec:
    """a + b."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def sub(a: Vec, b: Vec) -> Vec:
    """a - b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def times(a: Vec, k: float) -> Vec:
    """a, k times as long."""
    return (a[0] * k, a[1] * k, a[2] * k)


def cross(a: Vec, b: Vec) -> Vec:
    """The vector at right angles to both."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def unit(a: Vec) -> Vec:
    """a, of length one."""
    long = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) or 1.0
    return (a[0] / long, a[1] / long, a[2] / long)


@dataclass(frozen=True)
class Frame:
    """Where a part sits and how it is turned: its origin and its own three axes (z is its face)."""

    origin: Vec = (0.0, 0.0, 0.0)
    x: Vec = (1.0, 0.0, 0.0)
    y: Vec = (0.0, 1.0, 0.0)
    z: Vec = (0.0, 0.0, 1.0)

    def point(self, v: Vec) -> Vec:
        """Take a point of the part into the object."""
        return add(self.origin, add(add(times(self.x, v[0]), times(self.y, v[1])), times(self.z, v[2])))


@dataclass(frozen=True)
class Camera:
    """Looks at the object: turned by yaw, then pitched towards us, then rolled; y points up."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    scale: float = 1.0
    cx: float = 400.0
    cy: float = 400.0

    def turn(self, v: Vec) -> Vec:
        """Turn a vector of the object into the viewer's directions (z towards the eye)."""
        a, b, c = (math.radians(k) for k in (self.yaw, self.pitch, self.roll))
        x, y, z = v
        x, z = x * math.cos(a) + z * math.sin(a), -x * math.sin(a) + z * math.cos(a)
        y, z = y * math.cos(b) - z * math.sin(b), y * math.sin(b) + z * math.cos(b)
        x, y = x * math.cos(c) - y * math.sin(c), x * math.sin(c) + y * math.cos(c)
        return (x, y, z)

    def see(self, v: Vec) -> Vec:
        """Put a point on the picture: x and y in its units, and how near it is."""
        x, y, z = self.turn(v)
        return (self.cx + x * self.scale, self.cy - y * self.scale, z * self.scale)


@dataclass
class Scene:
    """Collects painted parts with their nearness; nearer ones are painted later."""

    parts: list[tuple[float, str]] = field(default_factory=list)

    def paint(self, near: float, svg: str) -> None:
        """Add one part."""
        self.parts.append((near, svg))

    def face(
        self, points: Sequence[Vec], colour: str, lift: float = 0.0, *, near: float | None = None
    ) -> None:
        """Add one flat face; the hairline in its own colour closes the seam to its neighbour."""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in points) + "Z"
        deep = sum(p[2] for p in points) / len(points) + lift if near is None else near
        self.paint(deep, f'<path d="{d}" fill="{colour}" stroke="{colour}"/>')

    def svg(self) -> str:
        """Everything, far to near."""
        return "".join(svg for _, svg in sorted(self.parts, key=lambda part: part[0]))
