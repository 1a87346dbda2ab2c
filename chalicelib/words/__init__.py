"""The words of the service: every text for people in English and in other languages."""
