"""What API Gateway answers by itself, when no function does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploy.emulator import fit
from deploy.gateway import ANSWERS
from deploy.template import make_template

RESPONSES = make_template()["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]


def body_of(kind: str, message: str = "Own words") -> dict[str, Any]:
    """The body as the gateway fills it in."""
    template = RESPONSES[kind]["ResponseTemplates"]["application/json"]
    body: dict[str, Any] = json.loads(
        template.replace("$context.error.messageString", json.dumps(message))
    )
    return body


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_an_error_of_the_contract_and_of_the_rest_routes(kind: str) -> None:
    body = body_of(kind)
    [error] = body["errors"]
    assert error["message"] == body["message"] != ""
    assert error["extensions"]["exception"]["code"] in {
        "GraphQLError",
        "NotFound",
        "PermissionDenied",
        "Unavailable",
    }


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_page_of_another_origin_may_read_an_answer(kind: str) -> None:
    headers = RESPONSES[kind]["ResponseParameters"]["Headers"]
    assert headers["Access-Control-Allow-Origin"] == "method.request.header.Origin"
    assert headers["Access-Control-Allow-Credentials"] == "'true'"
    assert headers["Vary"] == "'Origin'"


def test_every_error_of_the_gateway_is_one_of_them() -> None:
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= RESPONSES.keys()


def test_a_request_too_many_is_told_when_to_come_back() -> None:
    assert body_of("THROTTLED")["errors"][0]["extensions"]["exception"]["code"] == "Unavailable"
    headers = RESPONSES["THROTTLED"]["ResponseParameters"]["Headers"]
    assert (headers["Retry-After"], headers["Access-Control-Expose-Headers"]) == (
        "'1'",
        "'Retry-After'",
    )


@pytest.mark.parametrize("kind", ["MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE"])
def test_an_address_that_leads_nowhere_is_not_found_with_and_without_a_token(kind: str) -> None:
    assert RESPONSES[kind]["StatusCode"] == "404"
    assert "Bearer" not in body_of(kind, "… in Authorization header: 'Bearer abc'.")["message"]
    assert "StatusCode" not in RESPONSES["THROTTLED"]


def test_what_the_gateway_says_of_other_mistakes_stays() -> None:
    assert body_of("DEFAULT_4XX", 'Bad "body"')["message"] == 'Bad "body"'


def make_fitted() -> dict[str, Any]:
    """The resources of the template as the emulator gets them."""
    template = json.loads(json.dumps(make_template()))
    fit(template)
    resources: dict[str, Any] = template["Resources"]
    return resources


def test_the_emulator_gets_the_same_answers_as_resources_of_their_own() -> None:
    resources = make_fitted()
    assert "GatewayResponses" not in resources["RestAPI"]["Properties"]
    answers = [r["Properties"] for r in resources.values() if "ResponseType" in r["Properties"]]
    assert len(answers) == len(ANSWERS)
    missing = resources["ApiMissingAuthenticationToken"]["Properties"]
    assert missing["ResponseType"] == "MISSING_AUTHENTICATION_TOKEN"
    assert missing["StatusCode"] == "404"
    origin = "gatewayresponse.header.Access-Control-Allow-Origin"
    assert missing["ResponseParameters"][origin] == "method.request.header.Origin"


@pytest.mark.parametrize(
    ("switch", "functions"),
    [("TOKEN_IN_ADDRESS", {"APIHandler"}), ("LOOPBACK_SHOPS", {"APIHandler", "Sync", "Worker"})],
)
def test_a_switch_of_local_runs_is_on_in_the_emulator_only(
    switch: str, functions: set[str]
) -> None:
    def with_switch(resources: dict[str, Any]) -> set[str]:
        return {
            name
            for name, resource in resources.items()
            if switch in resource["Properties"].get("Environment", {}).get("Variables", {})
        }

    assert with_switch(make_template()["Resources"]) == set()
    assert with_switch(make_fitted()) == functions


def test_bodies_pass_the_gateway_as_bytes() -> None:
    assert make_template()["Resources"]["RestAPI"]["Properties"]["BinaryMediaTypes"] == ["*/*"]
