"""The sheet a piece is drawn on: quiet paper, a soft shadow, and the gradients that balls need."""

from __future__ import annotations

from app.sandbox.pictures.light import METALS, STONES


def _radial(name: str, stops: tuple[str, ...]) -> str:
    shares = (0.0, 0.22, 0.55, 0.85, 1.0)
    inside = "".join(
        f'<stop offset="{share}" stop-color="{colour}"/>'
        for share, colour in zip(shares, reversed(stops), strict=True)
    )
    return f'<radialGradient id="{name}" cx=".38" cy=".32" r=".72">{inside}</radialGradient>'


OPAL = (
    '<linearGradient id="opal" x2="1" y2="1"><stop offset="0" stop-color="#f8f3ea"/>'
    '<stop offset=".3" stop-color="#bfe3d4"/><stop offset=".5" stop-color="#f3cfc6"/>'
    '<stop offset=".7" stop-color="#a9cfe6"/><stop offset="1" stop-color="#efe6f3"/></linearGradient>'
)


def _sheet(metal: str) -> str:
    dark, low, mid, high, white = METALS[metal]
    stops = ((0, mid), (0.2, white), (0.42, high), (0.6, low), (0.75, mid), (1, dark))
    inside = "".join(f'<stop offset="{share}" stop-color="{colour}"/>' for share, colour in stops)
    return f'<linearGradient id="sheet" x2=".7" y2="1">{inside}</linearGradient>'


def on_paper(drawing: str, *, title: str, metal: str, shadow: tuple[float, float, float], margin: int) -> str:
    """Lay a drawing on its sheet; `shadow` is where it stands: middle height, half width, strength.

    A strength of nothing means that the piece lies flat and throws its shadow straight onto the sheet.
    """
    height, wide, strength = shadow
    box = f"{margin} {margin} {800 - 2 * margin} {800 - 2 * margin}"
    lies = ' filter="url(#drop)"' if not strength else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{title}">'
        "<defs>"
        '<radialGradient id="paper" cx=".5" cy=".4" r=".8"><stop offset="0" stop-color="#fbf9f5"/>'
        '<stop offset=".7" stop-color="#f3efe8"/><stop offset="1" stop-color="#e9e3d9"/></radialGradient>'
        '<filter id="blur" x="-50%" y="-200%" width="200%" height="500%">'
        '<feGaussianBlur stdDeviation="20 9"/>'
        '</filter><filter id="drop" x="-20%" y="-20%" width="140%" height="140%">'
        '<feDropShadow dx="5" dy="12" stdDeviation="9" flood-color="#6b5a44" flood-opacity=".3"/></filter>'
        '<filter id="soft"><feGaussianBlur stdDeviation="3"/></filter>'
        f"{_radial('bead', METALS[metal])}{_radial('pearl', STONES['pearl'])}"
        f"{_radial('onyx', STONES['onyx'])}{OPAL}{_sheet(metal)}"
        "</defs>"
        '<rect width="800" height="800" fill="url(#paper)"/>'
        f'<ellipse cx="400" cy="{height}" rx="{wide}" ry="{wide * 0.09:.0f}" fill="#5d4c36" '
        f'opacity="{strength}" filter="url(#blur)"/>'
        f'<g stroke-width=".7" stroke-linejoin="round"{lies}>{drawing}</g></svg>'
    )
