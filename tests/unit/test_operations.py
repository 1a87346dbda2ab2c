"""docs/operations.md against the code: what it tells an operator to type exists."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from botocore import xform_name
from botocore.session import Session

from deploy.alarms import alarms
from deploy.parameters import PARAMETERS
from deploy.template import make_template
from ops.cli import commands

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
PROSE = re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL)
SPANS = re.findall(r"`([^`]+)`", PROSE)
SCRIPT = "\n".join([*BLOCKS, *SPANS]).replace("\\\n", " ")
TEMPLATE = make_template()
ALARMS = [name for name, it in alarms().items() if it["Type"] == "AWS::CloudWatch::Alarm"]
# What the AWS CLI has beside the operations of the API.
OF_THE_CLI = {"output", "query", "recursive", "summarize"}
HIGH_LEVEL = {("s3", "ls"), ("s3", "rm")}


def commands_that_begin(words: str) -> list[str]:
    """Return the commands of the document that begin with these words, without pipes."""
    text = re.sub(r"\$\((cat|resource) (\w+(?:\.json)?)\)", r"\2", SCRIPT)
    found = re.findall(
        rf"(?<![\w/-]){words}((?: +(?:'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s|;#)'\"]+)+)*)", text
    )
    return sorted({rest.strip() for rest in found if rest.strip()})


def options(words: list[str]) -> set[str]:
    return {word.partition("=")[0] for word in words if word.startswith("--")}


@pytest.mark.parametrize("words", commands_that_begin("make"))
def test_a_make_target_exists(words: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    target, *variables = shlex.split(words)
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for variable in variables:
        name = variable.partition("=")[0]
        assert f"$({name})" in makefile or f'"$${name}"' in makefile


@pytest.mark.parametrize("words", commands_that_begin("python -m ops"))
def test_a_command_of_ops_exists_and_has_these_options(words: str) -> None:
    rest = shlex.split(words)
    command: click.Command = commands
    while isinstance(command, click.Group):
        command = command.commands[rest.pop(0)]
    assert options(rest) <= {name for parameter in command.params for name in parameter.opts}


def service_model(service: str) -> Any:
    return _session().get_service_model({"s3api": "s3"}.get(service, service))


@cache
def _session() -> Session:
    return Session()


def inputs(service: str, operation: str) -> dict[str, str]:
    """The options of an operation, and of which type they are."""
    model = service_model(service)
    [name] = [name for name in model.operation_names if xform_name(name, "-") == operation]
    members = model.operation_model(name).input_shape.members
    return {f"--{xform_name(name, '-')}": shape.type_name for name, shape in members.items()}


AWS_COMMANDS = commands_that_begin("aws")


@pytest.mark.parametrize("words", AWS_COMMANDS)
def test_a_command_of_aws_exists_and_has_these_options(words: str) -> None:
    service, operation, *rest = shlex.split(words)
    given = options(rest) - {f"--{name}" for name in OF_THE_CLI}
    if (service, operation) in HIGH_LEVEL:
        assert not given
        return
    known = inputs(service, operation)
    switches = {name.replace("--", "--no-", 1) for name, kind in known.items() if kind == "boolean"}
    assert given <= {*known, *switches}


def test_there_are_enough_commands_to_be_of_use() -> None:
    assert len(AWS_COMMANDS) >= 20
    assert len(commands_that_begin("python -m ops")) >= 10


def test_every_alarm_of_the_template_is_explained_and_no_other() -> None:
    section = TEXT.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    explained = dict(re.findall(r"^### (\w+)\n(.+(?:\n.+)*)", section, re.MULTILINE))
    assert sorted(explained) == sorted(ALARMS)
    assert all(len(text) > 100 for text in explained.values())


def test_the_upgrade_says_of_every_table_what_happens_to_it() -> None:
    section = TEXT.partition("\n### From 0.1.0\n")[2].partition("\n### ")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    tables = {name for name in TEMPLATE["Resources"] if name.endswith("Table")}
    assert set(re.findall(r"`(\w+)`", " ".join(cells))) == tables


@pytest.mark.parametrize("name", sorted({*PARAMETERS} - {"Stage"}))
def test_every_parameter_is_spoken_of(name: str) -> None:
    assert re.search(rf"\b{name}\b", PROSE)


def test_the_defaults_of_the_table_are_those_of_the_template() -> None:
    table = TEXT.partition("\n## Settings worth tuning\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in row.split("|")[1:3]]
        for row in re.findall(r"^\| `.*$", table, re.MULTILINE)
    ]
    assert len(rows) > 15
    for names, defaults in rows:
        parameters = re.findall(r"`(\w+)`", names)
        for name, default in zip(parameters, defaults.split(", "), strict=True):
            assert str(PARAMETERS[name]["Default"]) == default.replace("none", ""), name


@pytest.mark.parametrize(
    "name", sorted({word for span in SPANS for word in re.findall(r"^[A-Z]\w*[a-z]\w*", span)})
)
def test_a_name_of_the_stack_exists(name: str) -> None:
    values = {
        value for parameter in PARAMETERS.values() for value in parameter.get("AllowedValues", ())
    }
    known = {*PARAMETERS, *TEMPLATE["Resources"], *TEMPLATE["Outputs"], *values}
    assert name in known or _is_an_error_type(name)


def _is_an_error_type(name: str) -> bool:
    return any(
        f'error_type="{name}"' in path.read_text()
        for path in (ROOT / "chalicelib/services").rglob("*.py")
    )


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\$\(resource (\w+)\)", SCRIPT))))
def test_a_resource_that_is_asked_for_exists(name: str) -> None:
    assert name in TEMPLATE["Resources"]


@pytest.mark.parametrize(
    "name", sorted({span for span in SPANS if re.fullmatch(r"exportFile\w+", span)})
)
def test_a_mutation_exists(name: str) -> None:
    assert f"  {name}(" in (ROOT / "chalicelib/api/schema.graphql").read_text()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\w+_epoch", TEXT))))
def test_an_attribute_that_times_out_is_one_of_the_template(name: str) -> None:
    assert f'"AttributeName": "{name}", "Enabled"' in json.dumps(TEMPLATE)
