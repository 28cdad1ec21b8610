"""The published theme, as far as the app's embed goes: on or off in its editor, kept over a restart."""

from __future__ import annotations

from pathlib import Path

EMBEDS = ("head", "body")  # targets of blocks that are switched on for the whole theme


class Theme:
    """Whether the app's embed is on. The demo house has it on; a new shop of Shopify's has it off."""

    def __init__(self, folder: Path) -> None:
        self._off = folder / "embed-off"

    @property
    def embed_on(self) -> bool:
        """Tell whether the theme shows the app's embed."""
        return not self._off.exists()

    def switch(self, *, on: bool) -> None:
        """Save the theme with the embed on or off."""
        if on:
            self._off.unlink(missing_ok=True)
        else:
            self._off.parent.mkdir(parents=True, exist_ok=True)
            self._off.touch()

    def shows(self, target: str) -> bool:
        """Tell whether blocks of a target are on the page."""
        return target not in EMBEDS or self.embed_on
