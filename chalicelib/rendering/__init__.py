"""From documents to rows: the row compiler and the exporter."""
