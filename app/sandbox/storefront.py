"""The shop of Maison Alder: its pages, its cart, and the account one logs in to."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from liquid.exceptions import LiquidError
from werkzeug.wrappers import Response as AnyResponse

from app.sandbox import dialect, pictures, visitor
from app.sandbox.cast import CAST
from app.sandbox.catalogue import COLLECTIONS, Product, by_handle, by_id, found, in_collection, products
from app.sandbox.liquid_world import liquid_world
from app.sandbox.parts import parts

pages = Blueprint("storefront", __name__)
FEATURED = (
    "grand-eternity",
    "sydney-place-sapphire",
    "emerald-drop-earrings",
    "alder-dress-watch",
    "tanzanite-and-diamond-ring",
    "sapphire-pendant",
    "pearl-necklace",
    "ruby-eternity",
)


def _events_on() -> bool:
    """Whether this theme emits the standard storefront events: not every theme does."""
    asked = request.args.get("standard_events") or request.cookies.get("sandbox_events", "")
    return asked != "off" and (asked == "on" or parts().settings.standard_events)


def _page(
    template: str, name: str, *, product: Product | None = None, collection: str = "", **more: Any
) -> Response:
    """Render a page of the shop, with the extension's blocks where the theme would put them."""
    world, extension = liquid_world(template, product, collection), parts().extension
    blocks = {
        target: extension.render(target, template, world, parts().block_settings)
        if parts().theme.shows(target)
        else ""
        for target in ("head", "body", "section")
    }
    html = render_template(
        f"storefront/{name}.html",
        person=visitor.customer(request),
        lines=visitor.cart(request),
        blocks=blocks,
        template=template,
        product=product,
        collection=collection,
        collections=COLLECTIONS,
        events_on=_events_on(),
        **more,
    )
    response = Response(html)
    if "standard_events" in request.args:
        response.set_cookie("sandbox_events", request.args["standard_events"][:3], samesite="Lax")
    return response


def in_theme(source: str) -> Response:
    """What the app answered as Liquid, read as Liquid and laid into the theme."""
    world, extension = liquid_world("page", None, ""), parts().extension
    liquid = dialect.environment(extension.folder / "snippets", extension.texts("en"))
    return _page("page", "proxied", content=liquid.from_string(source, name="app proxy").render(**world))


@pages.app_errorhandler(LiquidError)
def unknown_liquid(error: LiquidError) -> tuple[str, int]:
    """Fail where the author of the extension, or of a page within the theme, looks."""
    current_app.logger.error("Liquid failed: %s", error)
    return render_template("liquid_failed.html", error=str(error)), 500


@pages.get("/")
def home() -> Response:
    """The window."""
    featured = [by_handle()[handle] for handle in FEATURED]
    covers = {handle: in_collection(handle)[0] for handle in COLLECTIONS}
    return _page("index", "home", featured=featured, covers=covers)


@pages.get("/collections/<handle>")
def collection_page(handle: str) -> Response:
    """One drawer of the shop; `all` is everything."""
    if handle == "all":
        return _page(
            "collection", "collection", shown=list(products()), heading=("All pieces", "Everything we have.")
        )
    if handle not in COLLECTIONS:
        abort(404)
    return _page(
        "collection",
        "collection",
        collection=handle,
        shown=in_collection(handle),
        heading=COLLECTIONS[handle],
    )


@pages.get("/products/<handle>")
def product_page(handle: str) -> Response:
    """One piece."""
    product = by_handle().get(handle) or abort(404)
    beside = [piece for piece in in_collection(product.collection) if piece is not product][:4]
    return _page("product", "product", product=product, beside=beside)


@pages.get("/search")
def search_page() -> Response:
    """What the words find."""
    words = request.args.get("q", "").strip()
    return _page("search", "search", words=words, shown=found(words))


@pages.get("/cart")
def cart_page() -> Response:
    """What is about to be bought."""
    return _page("cart", "cart", placed=request.args.get("placed", ""))


@pages.post("/cart/add")
def add_to_cart() -> AnyResponse:
    """Put a piece into the cart; `id` is the product's or its variant's number."""
    product = _piece()
    response = redirect("/cart")
    visitor.keep_cart(response, visitor.with_piece(visitor.cart(request), product, 1))
    return response


@pages.post("/cart/remove")
def remove_from_cart() -> AnyResponse:
    """Take one of a piece out again."""
    response = redirect("/cart")
    visitor.keep_cart(response, visitor.with_piece(visitor.cart(request), _piece(), -1))
    return response


def _piece() -> Product:
    number = request.form.get("id", 0, type=int)
    return by_id().get(number) or by_id().get(number // 10) or abort(404)


@pages.post("/cart/order")
def place_order() -> AnyResponse:
    """Buy what is in the cart: an order is written, and the app hears of it as from Shopify."""
    lines = visitor.cart(request)
    if not lines:
        return redirect("/cart")
    order = parts().orders.place(visitor.customer(request), lines)
    response = redirect(f"/cart?placed={order['name'].removeprefix('#')}")
    visitor.keep_cart(response, [])
    return response


@pages.get("/account")
def account_page() -> Response:
    """Choose who you are today."""
    return _page("customers/account", "account", cast=CAST, then=_then(request.args.get("return_url")))


@pages.get("/account/login")
def ask_who() -> Response:
    """Ask who you are, as Shopify's login does, and lead on to `return_url` afterwards; known, at once."""
    then = _then(request.args.get("return_url"))
    return redirect(then) if visitor.customer(request) else account_page()  # type: ignore[return-value]


def _then(wanted: str | None) -> str:
    """A path of this shop to lead on to; anything else is the account page."""
    plain = wanted and wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if wanted and plain else "/account"


@pages.post("/account/login")
def log_in() -> AnyResponse:
    """Become one of the cast."""
    response = redirect(_then(request.form.get("then")))
    response.set_cookie(visitor.CUSTOMER, str(request.form.get("customer", 0, type=int)), samesite="Lax")
    return response


@pages.post("/account/logout")
def log_out() -> AnyResponse:
    """Become a stranger again."""
    response = redirect("/account")
    response.delete_cookie(visitor.CUSTOMER)
    return response


@pages.get("/pictures/<handle>.svg")
def picture(handle: str) -> Response:
    """The drawing of a piece."""
    product = by_handle().get(handle) or abort(404)
    return Response(
        pictures.draw(product), mimetype="image/svg+xml", headers={"Cache-Control": "max-age=3600"}
    )


@pages.get("/extensions/steward/assets/<path:name>")
def asset(name: str) -> Response:
    """A file of the extension, as Shopify's CDN would serve it."""
    return send_from_directory((parts().extension.folder / "assets").resolve(), name, max_age=0)
