"""From rows to bytes. Knows no products and no S3."""
