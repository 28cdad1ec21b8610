"""A call back: the times of day to choose from, and how they are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Part = Literal["any", "morning", "afternoon", "evening"]

# What the shopper chooses, and what her advisor reads.
CHOSEN: Mapping[str, str] = {
    "any": "Any time of day",
    "morning": "In the morning",
    "afternoon": "In the afternoon",
    "evening": "In the early evening",
}
