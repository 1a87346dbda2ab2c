"""The sentences of refused requests in German, by their English."""

from __future__ import annotations

from typing import Final

_OF_SERVICE: Final = {
    "To access this path, you need one of the following permissions: {listed}": (
        "Dafür brauchen Sie eine dieser Berechtigungen: {listed}"
    ),
    "The service is busy. Please try again in a moment.": (
        "Der Dienst ist ausgelastet. Versuchen Sie es gleich noch einmal."
    ),
    "The link to the file cannot be recorded at the moment, so it is not handed out. "
    "Please try again in a moment.": (
        "Der Link zur Datei lässt sich gerade nicht vermerken, deshalb bekommen Sie ihn nicht. "
        "Versuchen Sie es gleich noch einmal."
    ),
    "This request reads too much at once. Ask for less, or send several requests.": (
        "Diese Anfrage liest zu viel auf einmal. Fragen Sie nach weniger, oder senden Sie mehrere "
        "Anfragen."
    ),
    "The answer is larger than 6 MB, so it cannot be sent. "
    "Ask for fewer rows, records or fields.": (
        "Die Antwort ist größer als 6 MB und kann nicht gesendet werden. Fragen Sie nach weniger "
        "Zeilen, Datensätzen oder Feldern."
    ),
    "Invalid ID: {id}. Expected: {kind}.": "Falsche ID: {id}. Erwartet wird: {kind}.",
}

_OF_EXPORTS: Final = {
    "There is no such export.": "Diesen Export gibt es nicht.",
    "Sign in: send a token in `Authorization: Bearer …`.": (
        "Melden Sie sich an: Senden Sie einen Token in `Authorization: Bearer …`."
    ),
    "This link is not valid, or no longer. Sign in, or start a new export.": (
        "Dieser Link gilt nicht oder nicht mehr. Melden Sie sich an, oder exportieren Sie noch "
        "einmal."
    ),
    "The export is not finished yet. Try again in a moment.": (
        "Der Export ist noch nicht fertig. Versuchen Sie es gleich noch einmal."
    ),
    "The export failed, so there is no file. Start a new export.": (
        "Der Export ist fehlgeschlagen, deshalb gibt es keine Datei. Exportieren Sie noch einmal."
    ),
    "The file has been deleted. Start a new export.": (
        "Die Datei ist gelöscht. Exportieren Sie noch einmal."
    ),
    "The file is missing. Start a new export.": ("Die Datei fehlt. Exportieren Sie noch einmal."),
    "An XLSX file is compressed already. Leave `compression` out, or choose CSV.": (
        "Eine Excel-Datei ist schon komprimiert. Lassen Sie `compression` weg, oder wählen Sie CSV."
    ),
    "The file is compressed already.": "Die Datei ist schon komprimiert.",
    "A Parquet file is compressed already. Leave `compression` out.": (
        "Eine Parquet-Datei ist schon komprimiert. Lassen Sie `compression` weg."
    ),
    "The export has already ended: it is {status}.": (
        "Der Export ist schon zu Ende. Sein Status ist „{status}“."
    ),
    # The page calls the states the same.
    "SUCCESS": "Fertig",
    "FAILED": "Fehlgeschlagen",
    "DELETED": "Gelöscht",
    "The export is still pending. Cancel it first.": (
        "Der Export läuft noch. Brechen Sie ihn zuerst ab."
    ),
    "The export is still pending. Wait until it has ended, or cancel it first.": (
        "Der Export läuft noch. Warten Sie, bis er zu Ende ist, oder brechen Sie ihn zuerst ab."
    ),
    "This shop cannot store more exports. Ask the operator of this service to make room.": (
        "Dieser Shop kann keine weiteren Exporte speichern. Bitten Sie die Betreiber dieses "
        "Dienstes, Platz zu schaffen."
    ),
    "This Idempotency-Key was used for another request. Use a new key for a new request.": (
        "Dieser Idempotency-Key gehört zu einer anderen Anfrage. Nehmen Sie für eine neue Anfrage "
        "einen neuen."
    ),
    "The export of this Idempotency-Key no longer exists. Use a new key for a new request.": (
        "Den Export dieses Idempotency-Key gibt es nicht mehr. Nehmen Sie für eine neue Anfrage "
        "einen neuen."
    ),
    "The export's input is larger than {most:,} bytes. Use a shorter filter.": (
        "Die Angaben zum Export sind größer als {most:,} Byte. Verwenden Sie einen kürzeren Filter."
    ),
    "You have 1 export pending. Wait until it is finished, then ask again.": (
        "Sie haben 1 laufenden Export. Warten Sie, bis er fertig ist, und versuchen Sie es dann "
        "noch einmal."
    ),
    "You have {most} exports pending. Wait until one is finished, then ask again.": (
        "Sie haben {most} laufende Exporte. Warten Sie, bis einer fertig ist, und versuchen Sie es "
        "dann noch einmal."
    ),
    "This shop has 1 export pending. Wait until it is finished, then ask again.": (
        "Dieser Shop hat 1 laufenden Export. Warten Sie, bis er fertig ist, und versuchen Sie es "
        "dann noch einmal."
    ),
    "This shop has {most} exports pending. Wait until some are finished, then ask again.": (
        "Dieser Shop hat {most} laufende Exporte. Warten Sie, bis einige fertig sind, und "
        "versuchen Sie es dann noch einmal."
    ),
    "You have asked for {most:,} {uses}": "Sie haben {most:,} {uses} angefordert",
    "This shop has asked for {most:,} {uses}": "Dieser Shop hat {most:,} {uses} angefordert",
    "export": "Export",
    "exports": "Exporte",
    "preview": "Vorschau",
    "previews": "Vorschauen",
    "{asked} within {minutes} minutes, which is the limit. Ask again in one second.": (
        "{asked}, mehr sind in {minutes} Minuten nicht erlaubt. Versuchen Sie es in einer Sekunde "
        "noch einmal."
    ),
    "{asked} within {minutes} minutes, which is the limit. Ask again in {wait} seconds.": (
        "{asked}, mehr sind in {minutes} Minuten nicht erlaubt. Versuchen Sie es in {wait} "
        "Sekunden noch einmal."
    ),
    "{label} cannot be found by name.": "{label} lassen sich nicht nach Namen suchen.",
}

_OF_INPUTS: Final = {
    "Give exactly one of these inputs: {inputs}.": "Nötig ist genau eine dieser Angaben: {inputs}.",
    "`csv` is for CSV files. Leave it out, or choose CSV.": (
        "`csv` gilt nur für CSV-Dateien. Lassen Sie es weg, oder wählen Sie CSV."
    ),
    "A decimal comma needs another delimiter: SEMICOLON or TAB.": (
        "Ein Dezimalkomma braucht ein anderes Trennzeichen: Semikolon oder Tabulator."
    ),
    "There is no time zone {name}. Use a name such as Europe/Berlin or UTC.": (
        "Die Zeitzone {name} gibt es nicht. Verwenden Sie einen Namen wie Europe/Berlin oder UTC."
    ),
    "A title has at most {most} printable characters.": (
        "Ein Titel hat höchstens {most} druckbare Zeichen."
    ),
    "You must provide at least one id.": "Geben Sie mindestens eine ID an.",
    "At most {most:,} ids can be given. Split the export, or use a filter.": (
        "Höchstens {most:,} IDs sind möglich. Teilen Sie den Export, oder verwenden Sie einen "
        "Filter."
    ),
    "Could not resolve to a node with the global id list of '{ids}'.": (
        "Zu diesen IDs kann es nichts geben: {ids}."
    ),
    "Must receive {types} id: {global_id}.": "Nötig ist eine ID der Art {types}: {global_id}.",
    " or ": " oder ",
    # Saleor's sentences spell arguments as its code does. People know the names in the schema.
    "Argument 'voucher_id' cannot be combined with 'ids'": (
        "`voucherId` und `ids` lassen sich nicht zugleich angeben."
    ),
    "At least one of arguments is required: 'voucher_id', 'ids'.": (
        "Nötig ist `voucherId` oder `ids`."
    ),
    "`voucherIds` cannot be combined with `{other}`.": (
        "`voucherIds` und `{other}` lassen sich nicht zugleich angeben."
    ),
    "At most {most} vouchers can be given. Split the export.": (
        "Höchstens {most} Gutscheine sind möglich. Teilen Sie den Export."
    ),
    "Invalid voucher ID.": "Das ist nicht die ID eines Gutscheins.",
    "Invalid voucher IDs.": "Manche IDs gehören nicht zu Gutscheinen.",
    "Invalid voucher code IDs.": "Manche IDs gehören nicht zu Gutscheincodes.",
    "Voucher codes belong to a voucher. Name it with `voucherId`.": (
        "Gutscheincodes gehören zu einem Gutschein. Nennen Sie ihn mit `voucherId`."
    ),
}

_OF_COLUMNS: Final = {
    "Give the columns either by `columns` or by `exportInfo`.": (
        "Nennen Sie die Spalten entweder in `columns` oder in `exportInfo`."
    ),
    "At most {most:,} {columns} can be given. Split the columns over several exports.": (
        "Höchstens {most:,} {columns} sind möglich. Verteilen Sie die Spalten auf mehrere Exporte."
    ),
    "At most {most:,} columns can be given.": "Höchstens {most:,} Spalten sind möglich.",
    "This shop has no column {key}. Remove it, or choose one from the list of columns.": (
        "Dieser Shop hat keine Spalte {key}. Entfernen Sie sie, oder wählen Sie eine aus der Liste "
        "der Spalten."
    ),
    "A key of a column has at most {most} characters.": (
        "Der Schlüssel einer Spalte hat höchstens {most} Zeichen."
    ),
    "A label has at most {most} printable characters.": (
        "Ein Spaltentitel hat höchstens {most} druckbare Zeichen."
    ),
}

_OF_FILTERS: Final = {
    "You must provide filter input.": "Geben Sie einen Filter an.",
    "Exactly one channel must be provided in export_info.channels when using channel-dependent "
    "filters: {filters}.": (
        "Für diese Bedingungen ist in exportInfo.channels genau ein Vertriebskanal nötig: "
        "{filters}."
    ),
    "Channel not found.": "Den Vertriebskanal gibt es nicht.",
    "`{name}` has {count:,} items, at most {most:,} are allowed. Split the export into several.": (
        "`{name}` hat {count:,} Einträge, erlaubt sind höchstens {most:,}. Teilen Sie den Export "
        "in mehrere."
    ),
    "The search has {count:,} characters, at most {most:,} are allowed. "
    "Split the export into several, or select products by `ids` or `slugs`.": (
        "Die Suche hat {count:,} Zeichen, erlaubt sind höchstens {most:,}. Teilen Sie den Export "
        "in mehrere, oder wählen Sie Produkte mit `ids` oder `slugs`."
    ),
    "The search has {count:,} terms, at most {most} are allowed. "
    "Split the export into several, or select products by `ids` or `slugs`.": (
        "Die Suche hat {count:,} Begriffe, erlaubt sind höchstens {most}. Teilen Sie den Export in "
        "mehrere, oder wählen Sie Produkte mit `ids` oder `slugs`."
    ),
    "You must provide a `currency` filter parameter for filtering by price.": (
        "Ein Filter nach Guthaben braucht auch die Währung (`currency`)."
    ),
    "Use either `value` or the deprecated fields in all `attributes`, not both.": (
        "Verwenden Sie in allen `attributes` entweder `value` oder die veralteten Felder, nicht "
        "beides."
    ),
    "Each attribute slug can be given once.": "Jedes Attribut ist nur einmal möglich.",
    "An attribute needs its `slug` with the deprecated fields.": (
        "Mit den veralteten Feldern braucht ein Attribut seinen `slug`."
    ),
    "`value` cannot be used with the deprecated fields.": (
        "`value` lässt sich nicht mit den veralteten Feldern verwenden."
    ),
    "An attribute needs a `slug` or a `value`, and neither can be empty.": (
        "Ein Attribut braucht `slug` oder `value`, und keines davon darf leer sein."
    ),
    "An attribute's `value` takes exactly one condition, and it cannot be null.": (
        "`value` eines Attributs hat genau eine Bedingung, und sie darf nicht null sein."
    ),
    "A reference needs a condition.": "Ein Verweis braucht eine Bedingung.",
    "A reference condition takes either `containsAny` or `containsAll`, and it cannot be empty.": (
        "Ein Verweis hat entweder `containsAny` oder `containsAll`, und es darf nicht leer sein."
    ),
}

_OF_TEMPLATES: Final = {
    "There is no such template.": "Diese Vorlage gibt es nicht.",
    "The template {name} uses {named}{others}, which this shop does not have any more. "
    "Change the template, then export again.": (
        "Die Vorlage {name} verwendet {named}{others}. Das hat dieser Shop nicht mehr. Ändern Sie "
        "die Vorlage, und exportieren Sie dann noch einmal."
    ),
    "This shop has {most} templates, which is the limit. Remove one that is not needed any more, "
    "then save again.": (
        "Dieser Shop hat {most} Vorlagen, mehr sind nicht möglich. Entfernen Sie eine, die niemand "
        "mehr braucht, und speichern Sie dann noch einmal."
    ),
    "Only the owner of a shared template can make it private. Save a copy instead.": (
        "Nur wer eine gemeinsame Vorlage angelegt hat, kann sie zu einer eigenen machen. Speichern "
        "Sie stattdessen eine Kopie."
    ),
    "A built-in template cannot be changed. Save a copy instead.": (
        "Eine eingebaute Vorlage lässt sich nicht ändern. Speichern Sie stattdessen eine Kopie."
    ),
    "A template has at most {most:,} bytes. Use a filter instead of ids, or fewer columns.": (
        "Eine Vorlage hat höchstens {most:,} Byte. Verwenden Sie einen Filter statt IDs, oder "
        "weniger Spalten."
    ),
    "A template needs a name of at most {most} printable characters.": (
        "Eine Vorlage braucht einen Namen mit höchstens {most} druckbaren Zeichen."
    ),
    "The changes are not JSON.": "Die Änderungen sind kein JSON.",
    "The changes are not a JSON object.": "Die Änderungen sind kein JSON-Objekt.",
}

_OF_DASHBOARDS: Final = {
    "Only staff of a connected shop can say where its dashboard is.": (
        "Nur wer in einem verbundenen Shop arbeitet, kann sagen, wo sein Dashboard ist."
    ),
    "Your shop's mails already lead to {url}. Ask the people who run Waybill to change it.": (
        "Die E-Mails Ihres Shops führen schon zu {url}. Bitten Sie die Betreiber von Waybill, das "
        "zu ändern."
    ),
    "The address has more than {most} characters.": "Die Adresse hat mehr als {most} Zeichen.",
    "The address has characters that no address has. Copy it from a browser.": (
        "Die Adresse hat Zeichen, die keine Adresse hat. Kopieren Sie sie aus einem Browser."
    ),
    "The address of a dashboard begins with https:// and a host.": (
        "Die Adresse eines Dashboards beginnt mit https:// und einem Rechner."
    ),
    "The address of a dashboard has neither a query nor a fragment.": (
        "Die Adresse eines Dashboards hat weder eine Abfrage noch ein Fragment."
    ),
}

REFUSALS: Final = {
    **_OF_SERVICE,
    **_OF_EXPORTS,
    **_OF_INPUTS,
    **_OF_COLUMNS,
    **_OF_FILTERS,
    **_OF_TEMPLATES,
    **_OF_DASHBOARDS,
}
