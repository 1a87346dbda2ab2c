"""Keep the catalogue of a shop on Saleor current: register, mark, drain, full sync, reconcile."""
