"""Where AWS is for a test: in moto, or in an emulator. Clients are made once for each place."""

from __future__ import annotations

from pynamodb.models import Model

from chalicelib.adapters.aws import clients as aws
from chalicelib.adapters.aws.clients import client

MOTO = "moto"
_places = [MOTO]


def go_to(place: str) -> None:
    """Forget the clients of another place: PynamoDB keeps the address that they were made for."""
    client.cache_clear()
    if _places[-1] == place:
        return
    _places[:] = [place]
    aws._session.cache_clear()
    models = Model.__subclasses__()
    while models:
        model = models.pop()
        model._connection = None
        models += model.__subclasses__()
