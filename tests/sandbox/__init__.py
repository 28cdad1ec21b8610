"""What the sandbox Shopify promises to whoever develops against it."""
