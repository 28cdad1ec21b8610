"""How tests are shared out among workers: by themselves, but the journeys live in one house together.

`loadgroup` of pytest-xdist writes into ids that pytest 9.2 keeps to itself, so its scheduler is asked now.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling


class SharingOut(LoadScopeScheduling):
    """Journeys share the running house, and a file of theme tests its browser; all others go alone."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith("tests/journeys/"):
            return "tests/journeys"
        return file if file.startswith("tests/theme_extension/") else nodeid
