"""A client at her own page, as a browser behind the shop's login sends it through the app proxy."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web import proxy

PAGE = "/proxy/remembered"


class Shopper:
    """She looks and presses; `customer` is whom Shopify vouches for, "" while she has not signed in."""

    def __init__(self, client: FlaskClient, customer: str, shop: str) -> None:
        self.client, self.customer, self.shop = client, customer, shop

    def looks(self, path: str = "", **query: str) -> TestResponse:
        asked = proxy.signed(self.customer, shop=self.shop, **query)
        return self.client.get(f"{PAGE}{path}?{asked}")

    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.looks().text)
        assert found is not None
        return found[1]

    def sends(self, path: str, *, token: str | None = None, **typed: str) -> TestResponse:
        """Post a form, with her own token unless another is given."""
        typed["token"] = self.token() if token is None else token
        return self.client.post(f"{PAGE}{path}?{proxy.signed(self.customer, shop=self.shop)}", data=typed)

    def presses(self, path: str, **typed: str) -> str:
        """Post a form and follow to where it leads; answers what is said back there."""
        answer = self.sends(path, **typed)
        assert answer.status_code == 303, words(answer)
        there = urlsplit(answer.headers["Location"])
        assert (there.path, there.fragment) == ("/apps/steward/remembered", "said")
        page = words(self.looks(**dict(parse_qsl(there.query))))
        said = re.search(r'<p class="said"[^>]*>(.*?)</p>', page)
        return said[1] if said else ""


def words(answer: TestResponse) -> str:
    return html.unescape(answer.text)
