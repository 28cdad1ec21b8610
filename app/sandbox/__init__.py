"""A Shopify on your laptop: storefront, app proxy, webhooks, admin, mailbox and clock.

It imports nothing else of ours and talks HTTP with the app, as Shopify does: there is no shortcut into
the app that a real shop would not have. It refuses to start where ``STEWARD_ENV=production``.
"""
