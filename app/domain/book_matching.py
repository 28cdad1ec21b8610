"""Who a row of a client book is: by Shopify's number, by address, by telephone, and never by a name alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.client_book import BookClient

SHARED_EMAIL = "several clients have this e-mail address: say which by Shopify’s number, or merge them first"
SHARED_PHONE = "several clients have this telephone number: say which by e-mail or Shopify’s number"
OTHER_NAME = "the telephone number is that of somebody with another name"


class UnableToMatch(Exception):
    """A row could be several people; the message is the reason, the same for every row that shares it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the shop knows, as far as a row is compared with her."""

    customer_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(slots=True)
class People:
    """Those a few rows could be about. `aliases` are ids that went with a merge, and the one that stayed."""

    aliases: dict[str, str] = field(default_factory=dict)
    by_id: dict[str, Person] = field(default_factory=dict)
    _by_word: dict[str, set[str]] = field(default_factory=dict)  # address or number → ids

    def add(self, people: Iterable[Person]) -> None:
        """This method will add people, or what is known of them by now."""
        for person in people:
            self.by_id[person.customer_id] = person
            for word in {person.email.lower(), person.phone} - {""}:
                self._by_word.setdefault(word, set()).add(person.customer_id)

    def match(self, client: BookClient) -> str | None:
        """This method will give the id of the one a row is about; None where the shop does not know her.

        Raises UnableToMatch where it could be several.
        """
        if client.shopify_id:
            kept = self.aliases.get(client.shopify_id, client.shopify_id)
            return kept if kept in self.by_id else None
        if client.email and (found := self._by_email(client)):
            return found
        return self._by_phone(client) if client.phone else None

    def _by_email(self, client: BookClient) -> str | None:
        hers = self._with(client.email)
        # The one Shopify knows, before one that is known by the address alone.
        real = [person for person in hers if not person.customer_id.startswith("email:")] or hers
        return _only(real, client, SHARED_EMAIL)

    def _by_phone(self, client: BookClient) -> str | None:
        hers = self._with(client.phone)
        # With an address of her own she is somebody else on the same line: a couple's, a house's.
        open_ones = [each for each in hers if not (client.email and each.email)]
        same = [each for each in open_ones if not _contradicts(each, client)]
        if open_ones and not same and not client.email:
            raise UnableToMatch(OTHER_NAME)
        return _only(same, client, SHARED_PHONE)

    def _with(self, word: str) -> list[Person]:
        return [self.by_id[each] for each in sorted(self._by_word.get(word, ()))]


def _only(people: list[Person], client: BookClient, several: str) -> str | None:
    if len(people) > 1:
        people = [person for person in people if _agrees(person, client)]
        if len(people) != 1:
            raise UnableToMatch(several)
    return people[0].customer_id if people else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _contradicts(person: Person, client: BookClient) -> bool:
    pairs = ((person.first_name, client.first_name), (person.last_name, client.last_name))
    return any(one and other and _plain(one) != _plain(other) for one, other in pairs)


def _agrees(person: Person, client: BookClient) -> bool:
    return bool(client.name) and _plain(f"{person.first_name} {person.last_name}") == _plain(client.name)
