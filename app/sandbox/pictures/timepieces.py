"""Watches and what keeps them."""

from __future__ import annotations

import math

from app.sandbox.pictures import gems, light
from app.sandbox.pictures.chains import FLAT, at
from app.sandbox.pictures.solids import round_profile, sweep
from app.sandbox.pictures.space import Frame, Scene

DIALS = {
    "white": ("#fdfbf6", "#e9e2d3", "#2b241b"),
    "blue": ("#3c6694", "#12294a", "#f4f7fa"),
    "set": ("#fffafc", "#e8dfe9", "#8a4f45"),
}


def watch(scene: Scene, metal: str, stone: str, cut: str) -> None:
    """A watch, dial up: strap, case, dial, hands at ten past ten."""
    radius = 132.0 if cut == "set" else 150.0
    _strap(scene, cut)
    gems.bead(scene, FLAT, at(400 + radius + 20, 400).origin, 14, -20)
    scene.paint(-5, f'<circle cx="400" cy="400" r="{radius + 6}" fill="#3b3022" filter="url(#drop)"/>')
    sweep(scene, FLAT, radius, round_profile(19, 14), metal, frame=at(400, 400), steps=120)
    _dial(scene, radius - 14, cut, metal)
    if stone:
        for i in range(40):
            a = 2 * math.pi * i / 40
            _set(scene, radius, a, stone)


def _set(scene: Scene, radius: float, angle: float, stone: str) -> None:
    x, y, _ = at(400 + radius * math.cos(angle), 400 + radius * math.sin(angle)).origin
    gems.melee(scene, FLAT, Frame((x, y, 20.0)), 10, stone)


def _strap(scene: Scene, cut: str) -> None:
    dark, pale, thread = {
        "blue": ("#2a2f38", "#4a515d", "#8f98a6"),
        "set": ("#6b2f35", "#94505a", "#d9a9ac"),
    }.get(cut, ("#3d2618", "#6b4630", "#c9a984"))
    scene.paint(
        -40,
        f'<defs><linearGradient id="hide"><stop offset="0" stop-color="{dark}"/>'
        f'<stop offset=".35" stop-color="{pale}"/><stop offset="1" stop-color="{dark}"/>'
        "</linearGradient></defs>"
        '<g filter="url(#drop)"><path d="M322 262L336 40H464L478 262Z" fill="url(#hide)"/>'
        '<path d="M322 538L336 770H464L478 538Z" fill="url(#hide)"/></g>'
        f'<g fill="none" stroke="{thread}" stroke-width="2.4" stroke-dasharray="9 6" opacity=".8">'
        '<path d="M334 258L347 44M466 258L453 44M334 542L347 766M466 542L453 766"/></g>',
    )


def _dial(scene: Scene, radius: float, cut: str, metal: str) -> None:
    face, edge, ink = DIALS[cut]
    marks = "".join(_mark(i, radius, metal) for i in range(12))
    scene.paint(
        60,
        f'<defs><radialGradient id="dial" cx=".4" cy=".35" r=".75">'
        f'<stop offset="0" stop-color="{face}"/><stop offset="1" stop-color="{edge}"/>'
        "</radialGradient></defs>"
        f'<circle cx="400" cy="400" r="{radius:.0f}" fill="url(#dial)"/>{marks}'
        f'<text x="400" y="352" text-anchor="middle" font-family="Georgia, serif" font-size="19" '
        f'letter-spacing="4" fill="{ink}">ALDER</text><text x="400" y="370" text-anchor="middle" '
        f'font-family="Georgia, serif" font-size="10" letter-spacing="3" fill="{ink}">BATH</text>'
        f"{_hand(-52, radius * 0.55, 8, metal)}{_hand(62, radius * 0.80, 6, metal)}"
        f'{_hand(205, radius * 0.84, 2, metal)}<circle cx="400" cy="400" r="7" fill="url(#bead)"/>'
        f'<ellipse cx="360" cy="340" rx="{radius * 0.5:.0f}" ry="{radius * 0.26:.0f}" fill="#fff" '
        'opacity=".16" transform="rotate(-32 360 340)"/>',
    )


def _mark(hour: int, radius: float, metal: str) -> str:
    long = 24 if hour % 3 == 0 else 15
    colour = light.ramp(light.METALS[metal], 0.38)
    return (
        f'<path d="M400 {400 - radius + 9:.0f}v{long}" transform="rotate({hour * 30} 400 400)" '
        f'stroke="{colour}" stroke-width="{5 if hour % 3 == 0 else 3}"/>'
    )


def _hand(angle: float, long: float, wide: float, metal: str) -> str:
    colour = light.ramp(light.METALS[metal], 0.3)
    return (
        f'<path d="M{400 - wide / 2} 414L400 {400 - long:.0f}L{400 + wide / 2} 414Z" fill="{colour}" '
        f'transform="rotate({angle} 400 400)"/>'
    )


def roll(scene: Scene) -> None:
    """A leather watch roll with its strap and buckle."""
    scene.paint(
        0,
        '<defs><linearGradient id="hide" x2="0" y2="1"><stop offset="0" stop-color="#a9744a"/>'
        '<stop offset=".3" stop-color="#8a5733"/><stop offset="1" stop-color="#3f2413"/></linearGradient>'
        '<linearGradient id="band" x2="0" y2="1"><stop offset="0" stop-color="#6d4225"/>'
        '<stop offset="1" stop-color="#2c170a"/></linearGradient></defs><g filter="url(#drop)">'
        '<path d="M190 300Q190 270 220 268H580Q612 270 612 302V510Q610 545 578 548H222Q190 546 190 512Z" '
        'fill="url(#hide)"/></g><ellipse cx="206" cy="408" rx="34" ry="140" fill="#5a3519"/>'
        '<ellipse cx="206" cy="408" rx="24" ry="112" fill="#e9dcc6"/>'
        '<ellipse cx="206" cy="408" rx="14" ry="78" '
        'fill="#c9b391"/><g fill="none" stroke="#e3c79d" stroke-width="2.4" stroke-dasharray="9 6" '
        'opacity=".8"><path d="M238 284H590M238 532H590"/></g>'
        '<path d="M372 262h56v292h-56z" fill="url(#band)"/>'
        '<g fill="none" stroke="#d7b98c" stroke-width="2" stroke-dasharray="7 6" opacity=".7">'
        '<path d="M379 266v284M421 266v284"/></g><rect x="362" y="380" width="76" height="66" rx="9" '
        'fill="none" '
        'stroke="url(#sheet)" stroke-width="10"/><path d="M400 386v54" stroke="#d9b45f" stroke-width="7"/>',
    )
