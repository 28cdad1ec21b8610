"""What a shop is called at Shopify: one pattern for every door."""

from __future__ import annotations

import re

# facts/shopify.md. Used with `fullmatch`: a `$` would let a line break through.
SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
