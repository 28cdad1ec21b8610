"""The way to Shopify: what it vouches for, the tokens it gives, and what is asked of it."""
