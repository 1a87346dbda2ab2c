"""The texts of the service in German, by their English, with the same {names} for values.

Labels of the schema, such as `freshness: LIVE`, stay as they are: requests spell them so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.words.german_headers import HEADERS
from chalicelib.words.german_refusals import REFUSALS
from chalicelib.words.german_summary import SUMMARY

_HISTORY: Final = {
    "the work was interrupted": "die Arbeit wurde unterbrochen",
    "the file store did not answer": "der Dateispeicher hat nicht geantwortet",
    "the database could not be used": "die Datenbank ließ sich nicht benutzen",
    "the message queue did not answer": "die Warteschlange hat nicht geantwortet",
    "the shop could not be read": "der Shop ließ sich nicht lesen",
    "the shop asked for a pause": "der Shop hat um eine Pause gebeten",
    "a service did not answer": "ein Dienst hat nicht geantwortet",
    "First": "Erster",
    "Second": "Zweiter",
    "Third": "Dritter",
    "Fourth": "Vierter",
    "Fifth": "Fünfter",
    "{number}th": "{number}.",
    "{number} try: {cause}.": "{number} Versuch: {cause}.",
    "The last cause: {cause}.": "Die letzte Ursache: {cause}.",
    "The export was canceled by {name}.": "Der Export wurde von {name} abgebrochen.",
    "Read from the shop at {time}. What was created later is not in the file.": (
        "Aus dem Shop gelesen am {time}. Was später angelegt wurde, ist nicht in der Datei."
    ),
    "Waybill is reading your shop for the first time.": (
        "Waybill liest Ihren Shop zum ersten Mal."
    ),
    "Products read: {done:,} of {total:,}.": "Gelesene Produkte: {done:,} von {total:,}.",
    "Waybill is catching up with your shop.": "Waybill liest, was sich in Ihrem Shop geändert hat.",
    "Waybill reads your shop for other exports first, so that the shop stays quick.": (
        "Waybill liest Ihren Shop zuerst für andere Exporte, damit der Shop schnell bleibt."
    ),
}

_FAILURES: Final = {
    "The export failed because of an error in the service. No file was written. Export again; if "
    "it fails again, contact support and give them the id of this export.": (
        "Der Export ist an einem Fehler des Dienstes gescheitert. Es gibt keine Datei. Exportieren "
        "Sie noch einmal. Wenn es wieder nicht klappt, nennen Sie dem Support die ID dieses "
        "Exports."
    ),
    "The export was interrupted several times and could not be finished. No file was written. "
    "Export again.": (
        "Der Export wurde mehrmals unterbrochen und konnte nicht beendet werden. Es gibt keine "
        "Datei. Exportieren Sie noch einmal."
    ),
    "The export waited too long for a free worker. No file was written. Export again later; if it "
    "waits again, contact support.": (
        "Der Export hat zu lange darauf gewartet, dass er an die Reihe kommt. Es gibt keine Datei. "
        "Exportieren Sie später noch einmal. Wenn er wieder wartet, fragen Sie den Support."
    ),
    "Your shop did not answer for five minutes, so its latest changes could not be read. "
    "Please try again in a few minutes, or export what is stored (ifOutdated: USE_STORED).": (
        "Ihr Shop hat fünf Minuten lang nicht geantwortet. Deshalb konnten seine letzten "
        "Änderungen nicht gelesen werden. Versuchen Sie es in einigen Minuten noch einmal, oder "
        "exportieren Sie, was gespeichert ist (ifOutdated: USE_STORED)."
    ),
    "Your shop has not installed Waybill, so its stocks and prices of now cannot be read. "
    "No file was written. Export again without `freshness: LIVE`.": (
        "Ihr Shop hat Waybill nicht installiert. Deshalb lassen sich seine Bestände und Preise von "
        "jetzt nicht lesen. Es gibt keine Datei. Exportieren Sie noch einmal ohne "
        "`freshness: LIVE`."
    ),
    "Waybill is switched off in your shop, so it cannot read the shop. "
    "Ask an administrator to activate the app, then export again.": (
        "Waybill ist in Ihrem Shop abgeschaltet und kann ihn deshalb nicht lesen. "
        "Bitten Sie die Verwaltung Ihres Shops, die App einzuschalten, und exportieren Sie dann "
        "noch einmal."
    ),
    "Your shop does not accept Waybill's token any more. "
    "Ask an administrator to activate the app Waybill, or to install it again if it was deleted, "
    "then export again.": (
        "Ihr Shop nimmt Waybills Token nicht mehr an. Bitten Sie die Verwaltung Ihres Shops, die "
        "App Waybill einzuschalten oder, falls sie gelöscht wurde, noch einmal zu installieren, "
        "und exportieren Sie dann noch einmal."
    ),
    "Your shop answers with errors for more than 5,000 of its products, so Waybill cannot read "
    "what changed. Ask an administrator to correct these products, then export again.": (
        "Ihr Shop antwortet bei mehr als 5.000 seiner Produkte mit Fehlern. Deshalb kann Waybill "
        "nicht lesen, was sich geändert hat. Bitten Sie die Verwaltung Ihres Shops, diese Produkte "
        "zu berichtigen, und exportieren Sie dann noch einmal."
    ),
    "Your shop no longer lets Waybill read these records. Ask an administrator to check the app "
    "Waybill and its permissions in the dashboard, then export again.": (
        "Ihr Shop lässt Waybill diese Datensätze nicht mehr lesen. Bitten Sie die Verwaltung Ihres "
        "Shops, die App Waybill und ihre Berechtigungen im Dashboard zu prüfen, und exportieren "
        "Sie dann noch einmal."
    ),
    "Your shop cannot find some of these codes quickly enough. Choose the vouchers that have "
    "them.": (
        "Ihr Shop kann einige dieser Codes nicht schnell genug finden. Wählen Sie die Gutscheine, "
        "zu denen sie gehören."
    ),
    "Your shop cannot find some of these voucher codes by ID quickly enough. Give the codes, or "
    "choose the vouchers that have them.": (
        "Ihr Shop kann einige dieser Gutscheincodes nicht schnell genug nach ihrer ID finden. "
        "Geben Sie die Codes an, oder wählen Sie die Gutscheine, zu denen sie gehören."
    ),
    "Your shop cannot show the record {id}, so the file would not be complete. No file was "
    "written. Correct or delete that record, then export again.": (
        "Ihr Shop kann den Datensatz {id} nicht zeigen. Die Datei wäre nicht vollständig, deshalb "
        "gibt es keine. Berichtigen oder löschen Sie den Datensatz, und exportieren Sie dann noch "
        "einmal."
    ),
    "Your shop cannot show {named}, so the file would lack it or have old data. "
    "Open this product in the dashboard and save it, or export without it.": (
        "Ihr Shop kann {named} nicht zeigen. In der Datei würde es fehlen oder veraltet sein. "
        "Öffnen und speichern Sie dieses Produkt im Dashboard, oder exportieren Sie ohne es."
    ),
    "Your shop cannot show {named}{others}, so the file would lack them or have old data. "
    "Open these products in the dashboard and save them, or export without them.": (
        "Ihr Shop kann {named}{others} nicht zeigen. In der Datei würden sie fehlen oder veraltet "
        "sein. Öffnen und speichern Sie diese Produkte im Dashboard, oder exportieren Sie ohne sie."
    ),
    "Your shop has more than {most:,} of these records, and one export cannot read so many. "
    "No file was written.": (
        "Ihr Shop hat mehr als {most:,} dieser Datensätze. So viele kann ein Export nicht lesen. "
        "Es gibt keine Datei."
    ),
    "Your shop shows only {shown:,} of the {total:,} codes of this voucher, because many were "
    "created at the same moment. No file was written. Ask the people who run your shop.": (
        "Ihr Shop zeigt nur {shown:,} der {total:,} Codes dieses Gutscheins, weil viele im selben "
        "Augenblick angelegt wurden. Es gibt keine Datei. Fragen Sie die Verwaltung Ihres Shops."
    ),
    "Some of the codes are not among the first {most:,} of your shop. No file was written. Export "
    "all codes of their vouchers instead: name them with `voucherId` or `voucherIds`.": (
        "Manche der Codes sind nicht unter den ersten {most:,} Ihres Shops. Es gibt keine Datei. "
        "Exportieren Sie stattdessen alle Codes ihrer Gutscheine: Nennen Sie sie mit `voucherId` "
        "oder `voucherIds`."
    ),
    "Your shop did not answer while its stocks and prices were read. No file was written. "
    "Export again in a few minutes, or without `freshness: LIVE`.": (
        "Ihr Shop hat nicht geantwortet, während seine Bestände und Preise gelesen wurden. Es gibt "
        "keine Datei. Exportieren Sie in einigen Minuten noch einmal, oder ohne `freshness: LIVE`."
    ),
    "Your shop does not show Waybill the customers of gift cards, so they cannot be filtered by "
    "`usedBy` or `assignedTo`. No file was written. Export again without these conditions.": (
        "Ihr Shop zeigt Waybill die Kunden von Geschenkkarten nicht. Deshalb lässt sich nicht nach "
        "`usedBy` oder `assignedTo` filtern. Es gibt keine Datei. Exportieren Sie noch einmal ohne "
        "diese Bedingungen."
    ),
    "The product {id} of your shop cannot be read: {reason}. No file was written.": (
        "Das Produkt {id} Ihres Shops lässt sich nicht lesen: {reason}. Es gibt keine Datei."
    ),
    "The record {id} of your shop cannot be read: {reason}. No file was written.": (
        "Der Datensatz {id} Ihres Shops lässt sich nicht lesen: {reason}. Es gibt keine Datei."
    ),
    "The catalogue has a product whose {records} are not loaded. "
    "Load the {records}, then export again.": (
        "Der Katalog hat ein Produkt, zu dem {records} fehlen. Laden Sie {records}, und "
        "exportieren Sie dann noch einmal."
    ),
    "{name} was loaded without the values that filters need. Load the catalogue again.": (
        "{name} wurde ohne die Werte geladen, die Filter brauchen. Laden Sie den Katalog noch "
        "einmal."
    ),
    "A record of the catalogue cannot be read: {reason}. Load it again.": (
        "Ein Datensatz des Katalogs lässt sich nicht lesen: {reason}. Laden Sie ihn noch einmal."
    ),
    "A record of the catalogue lacks facts. Load it again.": (
        "Einem Datensatz des Katalogs fehlen Angaben. Laden Sie ihn noch einmal."
    ),
    "The catalogue holds {found} of {promised} records in bucket {bucket} of {kind}. "
    "Load the catalogue again, then export again.": (
        "Der Katalog hat nur {found} von {promised} Datensätzen im Abschnitt {bucket} von {kind}. "
        "Laden Sie den Katalog noch einmal, und exportieren Sie dann noch einmal."
    ),
    "The {kind} in the catalogue were stored by an older version of Waybill and lack facts that "
    "this export needs. Load the {kind} again, then export again.": (
        "Im Katalog hat eine ältere Version von Waybill {kind} gespeichert. Es fehlen Angaben, die "
        "dieser Export braucht. Laden Sie {kind} noch einmal, und exportieren Sie dann noch einmal."
    ),
    "The catalogue lacks the texts that {kind} are compressed against. Load the {kind} again, "
    "then export again.": (
        "Dem Katalog fehlen die Texte, mit denen {kind} komprimiert sind. Laden Sie {kind} noch "
        "einmal, und exportieren Sie dann noch einmal."
    ),
    "A value does not fit into a Parquet file: {reason}. Export as CSV.": (
        "Ein Wert passt nicht in eine Parquet-Datei: {reason}. Exportieren Sie als CSV."
    ),
    "The shop has no column {key} any more. Remove the column, then export again.": (
        "Der Shop hat die Spalte {key} nicht mehr. Entfernen Sie die Spalte, und exportieren Sie "
        "dann noch einmal."
    ),
    "A file of this type holds at most {most:,} columns. "
    "Ask for fewer columns, or for a CSV file.": (
        "Eine Datei dieser Art hat höchstens {most:,} Spalten. Wählen Sie weniger Spalten, oder "
        "eine CSV-Datei."
    ),
    "The file would have more than {most:,} rows, the most that an XLSX file with these columns "
    "can have. Export as CSV, or choose fewer records or columns.": (
        "Die Datei hätte mehr als {most:,} Zeilen. So viele passen mit diesen Spalten höchstens in "
        "eine Excel-Datei. Exportieren Sie als CSV, oder wählen Sie weniger Datensätze oder "
        "Spalten."
    ),
    "The columns changed while the export ran. Please export again.": (
        "Die Spalten haben sich während des Exports geändert. Exportieren Sie noch einmal."
    ),
    "The service was updated while the export ran. Please export again.": (
        "Der Dienst wurde während des Exports aktualisiert. Exportieren Sie noch einmal."
    ),
    "A part of the file is missing. Please export again.": (
        "Ein Teil der Datei fehlt. Exportieren Sie noch einmal."
    ),
    "A part of the file was damaged in the store. Please export again.": (
        "Ein Teil der Datei wurde im Dateispeicher beschädigt. Exportieren Sie noch einmal."
    ),
}

_MAILS: Final = {
    "Your exported {label} data is ready": "Ihr Export ist fertig: {label}",
    "{rows:,} row": "{rows:,} Zeile",
    "{rows:,} rows": "{rows:,} Zeilen",
    "{size:.0f} bytes": "{size:.0f} Byte",
    "{size:.1f} {unit}": "{size:.1f} {unit}",
    "Download the file": "Datei herunterladen",
    "You need to sign in to download the file.": ("Zum Herunterladen müssen Sie sich anmelden."),
    "Anyone who has this link can download the file, so do not forward it.": (
        "Mit diesem Link kann jeder die Datei herunterladen. Leiten Sie ihn nicht weiter."
    ),
    "The file will be deleted on {day:%d %B %Y}.": "Die Datei wird am {day:%d.%m.%Y} gelöscht.",
    "Exporting {label} data failed": "Export fehlgeschlagen: {label}",
    "The export failed. No file was written. Export again.": (
        "Der Export ist fehlgeschlagen. Es gibt keine Datei. Exportieren Sie noch einmal."
    ),
    "You requested this export on {time:%d %B %Y at %H:%M} UTC.": (
        "Sie haben diesen Export am {time:%d.%m.%Y um %H:%M} UTC angefordert."
    ),
}

TEXTS: Final[Mapping[str, str]] = {
    **_HISTORY,
    **_FAILURES,
    **_MAILS,
    **REFUSALS,
    **SUMMARY,
    **HEADERS,
}
