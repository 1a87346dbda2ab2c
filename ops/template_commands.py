"""`templates …`: list, show, save and remove templates."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import click

from chalicelib.adapters.template_store import DynamoTemplateStore
from ops.export_command import TYPES
from ops.export_input import input_options, make_input
from ops.names import resolve_names
from ops.options import client_options, either_option, json_option
from ops.service_client import ServiceClient
from ops.tables import make_table
from ops.templates import Described, ServedTemplates, StoredTemplates, Templates, find_template

SAVE: Final = (
    "mutation($input:ExportTemplateInput!){exportTemplateSave(input:$input)"
    "{errors{field message} exportTemplate{id}}}"
)
templates_option: Final = either_option(
    "templates",
    lambda settings, shop: StoredTemplates(DynamoTemplateStore(settings.templates_table), shop),
    ServedTemplates,
)


@click.group("templates")
def templates_group() -> None:
    """List, show, save and remove templates.

    With --url and --token (or WAYBILL_URL and WAYBILL_TOKEN), commands work over HTTPS on the
    templates that the token may use. list, show and remove also work on the table of a stack
    (--stack), on all saved templates of a shop.
    """


@templates_group.command("list")
@templates_option
@json_option
def list_command(templates: Templates, as_json: bool) -> None:
    """List templates."""
    found = templates.list()
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    click.echo(make_table(list(_rows(found))))


@templates_group.command("show")
@click.argument("name")
@templates_option
def show_command(name: str, templates: Templates) -> None:
    """Print the template NAME, which is a name or an id, as JSON."""
    click.echo(json.dumps(find_template(templates, name), indent=2, ensure_ascii=False))


@templates_group.command("save")
@click.argument("name")
@click.argument("word", metavar="TYPE", type=click.Choice(list(TYPES)))
@click.option("--shared", is_flag=True, help="For all who may export the type, not for oneself.")
@client_options()
@input_options
def save_command(name: str, word: str, shared: bool, client: ServiceClient, **options: Any) -> None:
    """Save a template for exports of TYPE under NAME and print its id."""
    asked = resolve_names(client, make_input(TYPES[word], options), TYPES[word])
    given = {"name": name, "isShared": shared, "export": {TYPES[word].input_name: asked}}
    click.echo(client.change(SAVE, "exportTemplateSave", {"input": given}, "exportTemplate"))


@templates_group.command("remove")
@click.argument("name")
@templates_option
def remove_command(name: str, templates: Templates) -> None:
    """Remove the template NAME, which is a name or an id. Its exports stay."""
    found = find_template(templates, name)
    templates.remove(found["id"])
    click.echo(f"Removed {found['name']}.")


def _rows(found: Iterable[Described]) -> Iterable[tuple[str, ...]]:
    yield ("name", "type", "for", "content", "id")
    for one in found:
        audience = "built in" if one["isBuiltIn"] else "all" if one["isShared"] else "owner"
        yield one["name"], one["exportType"], audience, one["summary"], one["id"]
