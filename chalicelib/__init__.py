"""Waybill: a shop's data export as a service of its own."""
