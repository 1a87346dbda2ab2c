"""What Waybill is in AWS, as data (`template`), and how it gets there (`stack`, `__main__`)."""
