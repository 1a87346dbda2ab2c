"""Exports of a deployment over HTTPS, with the permissions of a token and without AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from chalicelib.domain.global_id import decode_global_id
from chalicelib.errors import NotFound
from ops.export_ids import global_id_of
from ops.service_client import ServiceClient

NODE: Final = (
    "id status canceled message progress rowsDone rowsTotal rowCount fileSize fileName exportType "
    "createdAt updatedAt expiresAt user{email} app{name}"
)
LIST: Final = (
    "query($first:Int,$after:String,$filter:ExportFileFilterInput)"
    "{exportFiles(first:$first,after:$after,filter:$filter,"
    f"sortBy:{{field:CREATED_AT,direction:DESC}}){{edges{{node{{{NODE}}}}}"
    "pageInfo{hasNextPage endCursor}}}"
)
SHOW: Final = f"query($id:ID!){{exportFile(id:$id){{{NODE} events{{date type message}}}}}}"
# Who asked for an export is shown to them, and to whoever may see the staff or the apps.
PEOPLE: Final = ("user", "app")
CHANGE: Final = "mutation($id:ID!){%s(id:$id){errors{field message} exportFile{id}}}"
_NAMES: Final = {
    "rowCount": "row_count",
    "rowsDone": "rows_done",
    "rowsTotal": "rows_total",
    "fileSize": "file_size_bytes",
    "fileName": "file_name",
    "exportType": "export_type",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "expiresAt": "expires_at",
}


class ServedExports:
    """The exports that a token may see, read and changed over HTTPS."""

    def __init__(self, client: ServiceClient) -> None:
        self.client = client

    def list(self, status: str | None, export_type: str | None, limit: int) -> list[dict[str, Any]]:
        """Return descriptions of the newest exports, at most `limit`."""
        chosen = {"status": status, "exportType": [export_type] if export_type else None}
        wanted = {name: value for name, value in chosen.items() if value}
        nodes = self._nodes({"first": limit, "filter": wanted})
        return [describe_node(node) for node in islice(nodes, limit)]

    def _nodes(self, variables: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield exports page by page: a page may end before it is full."""
        after = None
        while True:
            found = self.client.ask(LIST, {**variables, "after": after}, PEOPLE)["exportFiles"]
            yield from (edge["node"] for edge in found["edges"])
            if not found["pageInfo"]["hasNextPage"]:
                return
            after = found["pageInfo"]["endCursor"]

    def get(self, export_id: str) -> dict[str, Any]:
        """Return the description of an export with its events; NotFound."""
        found = self.client.ask(SHOW, {"id": global_id_of(export_id)}, PEOPLE)["exportFile"]
        if found is None:
            raise NotFound(f"There is no export {export_id}, or the token may not see it.")
        return describe_node(found) | {"events": found["events"]}

    def status(self, export_id: str) -> dict[str, Any]:
        """Return the description of an export; NotFound, or Unavailable."""
        return self.client.status(global_id_of(export_id))

    def change(self, mutation: str, export_id: str) -> str:
        """Cancel, delete or retry an export; return the id of the changed or new export."""
        return self.client.change(CHANGE % mutation, mutation, {"id": global_id_of(export_id)})


def describe_node(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return an export of the API under the names that `exports show` uses.

    Its requestor is "" if the token may not see who it was.
    """
    described = {_NAMES.get(name, name): value for name, value in node.items()}
    user, app = described.pop("user"), described.pop("app")
    # The contract gives sizes as fractions.
    if (size := described.get("file_size_bytes")) is not None:
        described["file_size_bytes"] = int(size)
    person = (user or {}).get("email") or (app or {}).get("name") or ""
    return {**described, "key": decode_global_id(node["id"])[1], "requestor": person}
