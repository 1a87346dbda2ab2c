"""A shop on Saleor, as far as Waybill sees one: its API, its signed webhooks, its apps and its defects."""
