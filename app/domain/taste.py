"""What a client likes, read off what she bought and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from scoring.history import OrderLine
from scoring.kinds import NAMES, PRICED
from scoring.money import about, money
from scoring.wording import many

_METALS = ("platinum", "white gold", "yellow gold", "rose gold", "silver", "palladium")
_STONES = (
    "diamond", "sapphire", "ruby", "emerald", "pearl", "opal", "aquamarine", "topaz", "tourmaline", "garnet",
    "amethyst", "citrine", "peridot", "tanzanite", "morganite", "moonstone", "onyx", "lapis",
)  # fmt: skip
# A kind, metal or stone is a taste from the second piece on; once is an occasion.
_A_TASTE = 2
# Of fewer prices there is no usual one.
_A_USUAL = 3


def taste_of(lines: Sequence[OrderLine], currency: str) -> tuple[str, ...]:
    """This function will say in a few sentences what kinds, materials and prices a client chose."""
    pieces = [line for line in lines if line.quantity > 0 and line.kind != "service"]
    said = (_kinds(pieces), _materials(pieces), _prices(pieces, currency))
    return tuple(sentence for sentence in said if sentence)


def _kinds(pieces: Sequence[OrderLine]) -> str:
    often = _often(piece.kind for piece in pieces if piece.kind in NAMES)
    if not often:
        return ""
    named = _joined([f"{NAMES[kind][1]} ({n} of {len(pieces)} pieces)" for kind, n in often[:2]])
    return f"Comes back to {named}."


def _materials(pieces: Sequence[OrderLine]) -> str:
    said = [" ".join((piece.title, *piece.tags)).casefold() for piece in pieces]
    metals = _often(word for words in said for word in _METALS if word in words)
    stones = _often(word for words in said for word in _STONES if word in words)
    found = [f"{word} ({n} of {len(pieces)})" for word, n in [*metals[:1], *stones[:2]]]
    source = "names and tags" if any(piece.tags for piece in pieces) else "names"
    return f"{_joined(found).capitalize()}, from the pieces' {source}." if found else ""


def _prices(pieces: Sequence[OrderLine], currency: str) -> str:
    """Say the band of own prices; unlike a baseline, nothing of the shop's is in it."""
    prices = sorted(piece.price for piece in pieces if piece.kind in PRICED and piece.price > 0)
    if not prices or not currency:
        return ""
    if prices[0] == prices[-1]:
        of = many(len(prices), "piece", "pieces")
        return f"{money(prices[0], currency)}, bridal and services left out ({of})."
    usual = f", usually about {about(round(median(prices)), currency)}" if len(prices) >= _A_USUAL else ""
    band = f"{money(prices[0], currency)} to {money(prices[-1], currency)}"
    return f"{band}{usual}; bridal and services left out ({len(prices)} pieces)."


def _often(words: Iterable[str]) -> list[tuple[str, int]]:
    return [(word, n) for word, n in Counter(words).most_common() if n >= _A_TASTE]


def _joined(parts: Sequence[str]) -> str:
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)
