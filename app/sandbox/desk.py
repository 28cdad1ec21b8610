"""The sandbox's front desk: every door, the clock, the webhook buttons and their log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.sandbox.cast import BY_ID, CAST, CHIARA, Person
from app.sandbox.catalogue import by_handle
from app.sandbox.clock import UnableToMoveClock
from app.sandbox.parts import parts
from app.sandbox.visitor import CartLine

pages = Blueprint("desk", __name__)


@pages.get("/sandbox")
def front_desk() -> str:
    """Where a newcomer begins."""
    return render_template(
        "desk.html",
        cast=CAST,
        log=list(parts().sender.log),
        orders=parts().orders.placed[-8:][::-1],
        settings=parts().settings,
        chiara=CHIARA,
    )


@pages.get("/ready")
def ready() -> Response:
    """Tell that the sandbox listens."""
    return jsonify({"ready": True})


@pages.get("/clock")
def clock() -> Response:
    """Tell the sandbox's time; the app asks here."""
    response = jsonify({"offset_ms": parts().clock.offset_ms, "now": parts().clock.now().isoformat()})
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/clock")
def move_clock() -> AnyResponse:
    """Move the clock: JSON from a test, or a form from the bar, which then returns to where it was."""
    asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(asked, dict):
        return _refused("Send an object with advance_hours, to, or reset.")
    try:
        _move(asked)
    except (UnableToMoveClock, ValueError, TypeError, OverflowError) as error:
        return _refused(str(error))
    return clock() if request.is_json else redirect(_back())


def _move(asked: Mapping[str, object]) -> None:
    moving = parts().clock
    if asked.get("reset"):
        moving.reset()
    elif "to" in asked:
        moving.move_to(datetime.fromisoformat(str(asked["to"])))
    elif "advance_hours" in asked:
        moving.advance(float(str(asked["advance_hours"])))
    else:
        raise UnableToMoveClock("Say advance_hours, to, or reset.")


def _refused(why: str) -> Response:
    response = jsonify({"error": why})
    response.status_code = 400
    return response


def _back() -> str:
    """The page the form was on, of this site only."""
    parts_of = urlsplit(request.referrer or "")
    same = (
        parts_of.netloc == request.host
        and parts_of.path.startswith("/")
        and not parts_of.path.startswith("//")
    )
    return parts_of.path + (f"?{parts_of.query}" if parts_of.query else "") if same else "/sandbox"


def _person() -> Person:
    return BY_ID.get(request.form.get("customer", 0, type=int)) or abort(400, "Say which customer.")


def _order() -> int:
    """The order meant: the named one, or the latest."""
    placed = parts().orders.placed
    return request.form.get("order", placed[-1]["id"] if placed else 0, type=int)


@pages.post("/sandbox/webhooks/<path:topic>")
def send(topic: str) -> AnyResponse:
    """Press one of the buttons."""
    orders = parts().orders
    match topic:
        case "orders/create":
            piece = by_handle()[request.form.get("product", "rose-eternity")]
            orders.place(_person(), [CartLine(piece, 1)], test=bool(request.form.get("test")))
        case "orders/cancelled":
            orders.cancel(_order())
        case "refunds/create":
            orders.refund(_order())
        case "customers/update":
            orders.update_customer(_person())
        case "customers/redact" | "customers/data_request":
            orders.privacy(topic, _person())
        case "app/uninstalled":
            orders.uninstall()
        case "shop/redact":
            orders.redact_shop()
        case _:
            abort(404)
    return redirect("/sandbox#webhooks")


@pages.post("/sandbox/deliveries/<int:number>/again")
def send_again(number: int) -> AnyResponse:
    """Deliver the same webhook a second time."""
    if not parts().sender.send_again(number):
        abort(404)
    return redirect("/sandbox#webhooks")


@pages.get("/sandbox/webhooks.json")
def webhook_log() -> Response:
    """The log of deliveries, for tests."""
    return jsonify(
        [
            {
                "number": one.number,
                "topic": one.topic,
                "state": one.state,
                "tries": one.tries,
                "answers": one.answers,
                "webhook_id": one.headers["X-Shopify-Webhook-Id"],
            }
            for one in parts().sender.log
        ]
    )
