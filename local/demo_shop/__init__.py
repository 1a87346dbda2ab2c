"""A demo shop on Saleor, with everything that Waybill sees of a shop.

It has an API, signed webhooks, apps, and defects that tests ask for.
"""
