"""Who is at the storefront's door: Shopify's signature first, everything else after."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Response, request

from app.shopify.proxy_request import verify_proxy_request
from app.usecases.houses import House
from app.web.serving import quiet, refusal, services

CUSTOMER_ID = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A logged-in customer of a house, as Shopify's app proxy vouches for her.

    `prefix` is the path under which the shop's visitors reach us; the merchant may rename it.
    """

    shop_id: int
    customer_id: str
    house: House
    prefix: str = ""


def storefront_visitor(view: Callable[..., Response]) -> Callable[..., Response]:
    """This function will let a view be reached only by a logged-in customer through the signed app proxy.

    A bad signature is answered with 401, an anonymous visitor or an unknown house with 204. State is
    changed by POST of JSON alone, because the signature covers neither method nor body.
    """

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Response:
        parts = services()
        reserved = verify_proxy_request(parts.shopify, request.query_string.decode("latin-1"))
        if reserved is None:
            return refusal("unverified_signature", "This request was not signed by Shopify.", 401)
        if request.method == "POST" and request.mimetype != "application/json":
            return refusal("json_only", "Send JSON.", 415)
        customer_id = reserved["logged_in_customer_id"]
        house = parts.houses.of(reserved["shop"], now=parts.clock())
        if house is None or not CUSTOMER_ID.fullmatch(customer_id):
            return quiet()
        return view(Visitor(house.shop.shop_id, customer_id, house), *args, **kwargs)

    vars(guarded)["guarded_by"] = "app_proxy"  # read by the contract test of all routes
    return guarded


def storefront_page(view: Callable[..., Response]) -> Callable[..., Response]:
    """This function will let a page of the shop be reached through the signed app proxy, by anybody.

    The view gets a Visitor whose `customer_id` is "" while she has not signed in: it asks her to. Forms of
    such a page are posted as browsers post them, so the view must ask for a token of its own.
    """

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Response:
        parts = services()
        reserved = verify_proxy_request(parts.shopify, request.query_string.decode("latin-1"))
        if reserved is None:
            return refusal("unverified_signature", "This request was not signed by Shopify.", 401)
        house = parts.houses.of(reserved["shop"], now=parts.clock())
        if house is None:
            return quiet()
        found = reserved["logged_in_customer_id"]
        customer_id = found if CUSTOMER_ID.fullmatch(found) else ""
        return view(Visitor(house.shop.shop_id, customer_id, house, reserved["path_prefix"]), *args, **kwargs)

    vars(guarded)["guarded_by"] = "app_proxy"  # read by the contract test of all routes
    return guarded
