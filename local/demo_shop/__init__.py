"""A shop on Saleor, as far as Waybill sees one.

Its API, its signed webhooks, its apps and its defects.
"""
