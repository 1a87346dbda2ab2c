"""The settings of a deployment. This module is the only reader of the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.issuer import Issuer
from chalicelib.domain.request import Formulas
from chalicelib.domain.retry_policy import LEASE_SECONDS, MAX_ATTEMPTS, PENDING_SECONDS

MINUTE = 60
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between deployments. Durations are seconds.

    `embed_origins` may frame the page. `allowed_origins` may call the API from a browser; `*`
    stands for any text. `history_seconds` is how long the record of an export outlives its file, 0
    meaning forever. `download_token_seconds` is how long the link in a mail works without signing
    in, 0 meaning never. `aws_lambda_function_name` is the name that Lambda gives this process.
    `token_in_address` lets `#token=…` sign in to the page. Only local runs set it: a stranger could
    send such a link, and people would work in the stranger's name. `saleor_domains` are the domains
    of shops that may install the app; `*` stands for any text. `loopback_shops` lets shops of this
    machine do so over plain HTTP, in local runs only. `reconcile_seconds`,
    `refresh_seconds` and `check_seconds` are the intervals of the sync, `replica_lag_seconds` is
    how far read replicas of shops may lag behind. `translation_languages` are the languages whose
    translations are read from shops, as `de` or `pt-br`.
    """

    stage: str = "dev"
    export_files_table: str = "ExportFiles"
    export_events_table: str = "ExportEvents"
    export_lists_table: str = "ExportLists"
    catalog_table: str = "Catalog"
    apps_table: str = "Apps"
    issuers_table: str = "Issuers"
    idempotency_table: str = "Idempotency"
    shops_table: str = "Shops"
    marks_table: str = "Marks"
    templates_table: str = "Templates"
    export_queue_url: str = ""
    sync_queue_url: str = ""
    shop_key_id: str = ""
    export_bucket: str = ""
    event_bus_name: str = "default"
    mail_sender: str = ""
    public_url: str = ""
    issuers: tuple[Issuer, ...] = ()
    embed_origins: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ("*",)
    saleor_domains: tuple[str, ...] = ()
    translation_languages: tuple[str, ...] = ()
    drain_delay_seconds: int = 10
    reconcile_seconds: int = 5 * MINUTE
    refresh_seconds: int = 60 * MINUTE
    check_seconds: int = DAY
    replica_lag_seconds: int = 0
    forget_shop_seconds: int = 7 * DAY
    formulas: Formulas = Formulas.ESCAPE
    retention_seconds: int = 30 * DAY
    history_seconds: int = 365 * DAY
    download_url_seconds: int = 5 * MINUTE
    download_token_seconds: int = 0
    pending_per_requestor: int = 5
    pending_per_shop: int = 100
    exports_per_requestor: int = 600
    exports_per_shop: int = 6_000
    previews_per_requestor: int = 600
    previews_per_shop: int = 6_000
    ids_per_request: int = 5_000
    segment_records: int = 20_000
    segments_in_flight: int = 8
    max_xlsx_rows: int = 2_000_000
    lease_seconds: int = LEASE_SECONDS
    pending_seconds: int = PENDING_SECONDS
    max_attempts: int = MAX_ATTEMPTS
    introspection: bool = True
    loopback_shops: bool = False
    token_in_address: bool = False
    suggestions: bool = False
    log_level: str = "INFO"
    aws_lambda_function_name: str = ""
    aws_endpoint_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings of this process; ValueError names a variable that cannot be read."""
        values: dict[str, Any] = {}
        for name, default in _defaults().items():
            raw = environment.get(name.upper(), "")
            if raw:
                values[name] = _read(name, raw, default)
        return cls(**values)


def _defaults() -> dict[str, Any]:
    blank = Settings()
    return {name: getattr(blank, name) for name in Settings.__dataclass_fields__}


def _read(name: str, raw: str, default: Any) -> Any:
    try:
        if name == "issuers":
            return tuple(map(Issuer.from_json, json.loads(raw)))
        if isinstance(default, bool):
            return {"true": True, "false": False}[raw.lower()]
        if name == "saleor_domains":
            return tuple(raw.replace(",", " ").lower().split())
        if name == "translation_languages":
            return tuple(map(_language, raw.replace(",", " ").lower().split()))
        if name in ("embed_origins", "allowed_origins"):
            any_is_allowed = name == "allowed_origins"
            return tuple(
                text if text == "*" and any_is_allowed else _origin(text)
                for text in raw.replace(",", " ").split()
            )
        return type(default)(raw)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{name.upper()} cannot be read: {error}") from error


def _language(text: str) -> str:
    """Return the code of a language as columns spell it: `pt-br`; ValueError for any other text."""
    code = text.replace("_", "-")
    # The code becomes a part of queries.
    if not re.fullmatch("[a-z]{2,3}(-[a-z0-9]{2,8})*", code):
        raise ValueError(f"{text} is not the code of a language like de or pt-br")
    return code


def _origin(text: str) -> str:
    """Return the origin as browsers write it; ValueError for any other text."""
    # Browsers send an origin without a path, so anything more would never match.
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or parts.path.strip("/")
        or parts.query
    ):
        raise ValueError(f"{text} is not an origin like https://dashboard.example.com")
    return f"{parts.scheme}://{parts.netloc}".lower()
