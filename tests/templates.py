"""Builders of templates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalicelib.domain.request import Scope
from chalicelib.domain.template import Template
from tests.catalog_files import id_of
from tests.factories import ANN, make_request
from tests.fakes import START


def make_template(number: int = 1, **given: Any) -> Template:
    """Ann's private template for products that match a search."""
    moment = START + timedelta(seconds=number)
    made = {
        "id": f"template-{number}",
        "shop": "default",
        "name": f"Template {number}",
        "request": make_request(scope=Scope.FILTER, filter={"search": "tea"}),
        "user": ANN,
        "created_at": moment,
        "updated_at": moment,
        "names": {id_of("Channel", "pos"): "Küche"},
    }
    return Template(**{**made, **given})
