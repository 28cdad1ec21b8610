"""What is kept, how long, and why. One table: the nightly job keeps to it, and the merchant reads it."""

from __future__ import annotations

from dataclasses import dataclass

WHILE_INSTALLED = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of record: `days` until it goes, WHILE_INSTALLED where it stays as long as the app does."""

    name: str
    what: str
    days: int
    why: str

    @property
    def how_long(self) -> str:
        """This method will say the time in words."""
        if self.days == WHILE_INSTALLED:
            return "While the app is installed"
        if self.days % 365 == 0:
            return "1 year" if self.days == 365 else f"{self.days // 365} years"
        return f"{self.days} days"


RELATIONSHIP = Kept(
    "relationship",
    "Clients, their orders, dates, notes and conversations",
    WHILE_INSTALLED,
    "It is what an advisor remembers. It goes at once when Shopify says a client is to be forgotten, and all "
    "of it two days after the app is removed.",
)
QUIET_VISITS = Kept(
    "quiet_visits",
    "Visits by a client that led to no invitation",
    400,
    "A year and a month, so that a year can be set beside the one before. Then only the count stays.",
)
INVITATIONS = Kept(
    "invitations",
    "Invitations, and what was answered",
    1095,
    "Three years: what an invitation led to shows slowly with pieces like yours. Then only the count stays.",
)
BRIEFS = Kept(
    "briefs",
    "What the advisor read before a conversation",
    365,
    "A year after the conversation. What was learned in it stays with the client.",
)
VISIT_DAYS = Kept(
    "visit_days",
    "The days a client came to your shop online",
    120,
    "The signal looks back some weeks; more is not needed.",
)
LETTERS = Kept(
    "letters",
    "Letters that were sent, or could not be",
    90,
    "Long enough to answer “did you write to me?”.",
)
CALLS = Kept(
    "calls",
    "A call a client asked for, once it was made",
    90,
    "As long as the letters. What was said goes into the client’s notes.",
)
CLIENT_BOOKS = Kept(
    "client_books",
    "A client book you brought that was not taken in",
    7,
    "Time to say what its columns hold. Once a book is taken in, the file itself goes at once.",
)
BOOK_REJECTS = Kept(
    "book_rejects",
    "Rows of a client book that could not be read",
    30,
    "Time to put them right and bring them again.",
)
EXPORTS = Kept(
    "exports",
    "What was gathered when a client asked for her data",
    60,
    "Thirty days to hand it over, thirty for questions.",
)
MESSAGES = Kept(
    "messages",
    "That a message from Shopify was worked on (its content goes at once)",
    30,
    "Shopify repeats itself for hours; a month also tells one sent again by hand.",
)
FAILED_MESSAGES = Kept(
    "failed_messages",
    "A message from Shopify that could not be worked on",
    60,
    "Time to find out why. Until then it waits with its content.",
)
REPAIRS = Kept(
    "repairs",
    "What a nightly comparison with Shopify added or mended",
    90,
    "Counts alone, without anybody's name.",
)
MARKS_OF_ERASURE = Kept(
    "erasures",
    "That somebody was forgotten, without knowing who",
    WHILE_INSTALLED,
    "A file or a message from before must not bring her back, however late it comes.",
)

EVERY = (
    RELATIONSHIP,
    INVITATIONS,
    QUIET_VISITS,
    BRIEFS,
    VISIT_DAYS,
    LETTERS,
    CALLS,
    CLIENT_BOOKS,
    BOOK_REJECTS,
    EXPORTS,
    MESSAGES,
    FAILED_MESSAGES,
    REPAIRS,
    MARKS_OF_ERASURE,
)
