"""Shopify's door: verify the raw bytes, keep them, say so. What they mean is the worker's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import msgspec
import structlog
from flask import Blueprint, Response, current_app, request
from shopify_app import ShopifyApp
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.domain.shop_domain import SHOP_DOMAIN
from app.stores import inbox
from app.wiring import Services
from webhooks.payload import instant, said
from webhooks.topics import NAMES_ITS_SHOP, TOPICS

log = structlog.get_logger(__name__)
door = Blueprint("receiver", __name__)

MOST_BYTES = 2 * 1024 * 1024
MOST_IN_A_HEADER = 255


class UnableToAccept(Exception):
    """A delivery that is not kept: `status` 401 where it cannot be Shopify's, 400 where it makes no sense."""

    def __init__(self, status: Literal[400, 401], reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified delivery: `shop` is a myshopify.com domain, `body` the text that was signed."""

    shop: str
    topic: str
    webhook_id: str
    triggered_at: datetime | None
    body: str


class _Origin(msgspec.Struct):
    """Where a body names its shop: the privacy topics in one field, a shop's own record in the other."""

    shop_domain: str | None = None
    myshopify_domain: str | None = None


@door.post("/webhooks")
def receive() -> Response:
    """This function will keep a webhook and acknowledge it: 200 only when nothing can lose it any more."""
    services = cast(Services, current_app.extensions["steward"])
    request.max_content_length = MOST_BYTES
    try:
        delivery = accept(services.shopify, request.get_data(cache=False), dict(request.headers))
    except UnableToAccept as refused:
        log.warning("webhook.refused", reason=refused.reason)
        return Response(status=refused.status)
    try:
        _keep(services, delivery)
    except SQLAlchemyError as error:
        # Never 200 for what is not kept: Shopify sends it again, eight times over four hours.
        log.error("webhook.unkept", topic=delivery.topic, error=type(error).__name__)
        return Response(status=503)
    return Response(status=200)


receive.guarded_by = "webhook"  # type: ignore[attr-defined]  # read by the contract test of all routes


def accept(shopify: ShopifyApp, raw: bytes, headers: dict[str, str]) -> Delivery:
    """This function will verify a delivery. Raises UnableToAccept, before anything of the body is read."""
    body = _verified_body(shopify, raw, headers)
    named = {name.lower(): value for name, value in headers.items()}
    delivery = Delivery(
        shop=_required(named, "shop-domain").lower(),
        topic=_required(named, "topic").lower(),
        webhook_id=_required(named, "webhook-id"),
        triggered_at=instant(_header(named, "triggered-at")),
        body=body,
    )
    if not SHOP_DOMAIN.fullmatch(delivery.shop):
        raise UnableToAccept(401, "shop_domain_malformed")
    _check_origin(delivery)
    return delivery


def _verified_body(shopify: ShopifyApp, raw: bytes, headers: dict[str, str]) -> str:
    """Answer the body once its HMAC is right; until then all is a 401, as app review expects."""
    try:
        # JSON is UTF-8. Decoding and encoding again gives the same bytes, so this verifies the raw ones.
        body = raw.decode()
    except UnicodeDecodeError:
        raise UnableToAccept(401, "body_not_utf8") from None
    named = {name.lower(): value for name, value in headers.items()}
    # shopifyapp compares text with hmac.compare_digest, which raises for anything but ASCII.
    if not _header(named, "hmac-sha256").isascii():
        raise UnableToAccept(401, "hmac_not_ascii")
    asked = {"method": "POST", "headers": headers, "url": "", "body": body}
    result = shopify.verify_webhook_req(asked)  # type: ignore[arg-type]  # a TypedDict, so a plain dict by any name
    if not result.ok:
        raise UnableToAccept(401, result.log.code)  # the code alone: the log's other half quotes the request
    return body


def _header(named: dict[str, str], name: str) -> str:
    """Read one of Shopify's headers: the older subscriptions' begin with X-, the newer ones' do not."""
    return named.get(f"x-shopify-{name}") or named.get(f"shopify-{name}") or ""


def _required(named: dict[str, str], name: str) -> str:
    value = _header(named, name).strip()
    if not value or len(value) > MOST_IN_A_HEADER or said(value) != value:
        raise UnableToAccept(400, f"header_{name.replace('-', '_')}")
    return value


def _check_origin(delivery: Delivery) -> None:
    """Compare the shop with the body's own word: the HMAC covers the body alone, and no header.

    Without it, what Shopify signed for one shop could be sent again in another's name; so the topics that
    remove something must name their shop.
    """
    try:
        origin = msgspec.json.decode(delivery.body, type=_Origin)
    except msgspec.MsgspecError:
        raise UnableToAccept(400, "body_malformed") from None
    said_shops = {shop.lower() for shop in (origin.shop_domain, origin.myshopify_domain) if shop}
    if said_shops - {delivery.shop}:
        raise UnableToAccept(401, "shop_mismatch")
    if delivery.topic in NAMES_ITS_SHOP and not said_shops:
        raise UnableToAccept(401, "shop_unnamed")


def _keep(services: Services, delivery: Delivery) -> None:
    try:
        _keep_for_its_shop(services, delivery)
    except IntegrityError:  # a shop we remembered has been forgotten since, and may have come anew
        services.database.forget_shop_ids()
        _keep_for_its_shop(services, delivery)


def _keep_for_its_shop(services: Services, delivery: Delivery) -> None:
    if delivery.topic not in TOPICS:
        log.info("webhook.unhandled", topic=delivery.topic)
        return
    shop_id = services.database.remembered_shop_id(delivery.shop)
    if shop_id is None:
        log.info("webhook.unknown_shop", topic=delivery.topic)  # nothing of its customers is here to change
        return
    with services.database.shop(shop_id, within_ms=inbox.KEEP_WITHIN_MS) as tx:
        is_new = inbox.keep(
            tx,
            delivery.webhook_id,
            topic=delivery.topic,
            body=delivery.body,
            triggered_at=delivery.triggered_at,
        )
        if is_new:
            tx.after_commit(lambda: services.queue.ask_once("jobs.inbox.work_on", shop_id))
