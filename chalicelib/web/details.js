// The details of an export: its history, the facts about its file, and the less common actions.

import { Acts, Badge } from "./acts.js";
import { ask } from "./api.js";
import { contentsOf, Contents } from "./contents.js";
import { count, duration, nameOf, relativeTo, secondsBetween, size, when } from "./format.js";
import { titleOf } from "./export-types.js";
import { isExportId } from "./ids.js";
import { html } from "./preact.js";
import { DETAILS } from "./queries.js";
import { config } from "./session.js";
import { texts } from "./texts.js";
import { Button, Icon, Loading, useAnswer } from "./ui.js";

const EVENT_ICONS = {
  EXPORT_PENDING: "plus",
  EXPORT_RETRIED: "again",
  EXPORT_SUCCESS: "check",
  EXPORT_FAILED: "warning",
  EXPORT_CANCELED: "close",
  EXPORT_DELETED: "trash",
  EXPORTED_FILE_SENT: "bell",
  EXPORT_FAILED_INFO_SENT: "bell",
  DOWNLOAD: "download",
};

// The service causes all other events; its requestor is not the one who acted.
const BY_PEOPLE = new Set(["EXPORT_PENDING", "EXPORT_CANCELED", "EXPORT_DELETED", "DOWNLOAD"]);

/** `stamp` changes with the export, so that the history is loaded again. `alone` marks an export outside the list. */
export function Details({ id, stamp = "", acts, busy, alone = false, go }) {
  const { data, error, retry } = useAnswer(() => load(id), [id, stamp, busy]);
  if (error) return html`<p class="error" role="alert">${error.message} <${Button} kind="quiet" icon="again" onClick=${retry}>${texts.tryAgain}<//></p>`;
  if (!data) return html`<${Loading} />`;
  if (!data.job) {
    return html`<div class="row spread"><p>${texts.details.none}</p>
      ${alone && html`<${Button} onClick=${() => go("exports")}>${texts.list.showAll}<//>`}</div>`;
  }
  return html`<${Whole} ...${data} acts=${acts} busy=${busy} alone=${alone} />`;
}

async function load(id) {
  const job = isExportId(id) ? (await ask(DETAILS, { id })).exportFile : null;
  return { job, contents: job && (await contentsOf(job.exportType, JSON.parse(job.request))) };
}

function Whole({ job, contents, acts, busy, alone }) {
  return html`<div class="details">
    ${alone && html`<div class="row spread"><h2 class="row">${titleOf(job)} <span class="filetype">${texts.fileKind(job)}</span>
      <${Badge} job=${job} /></h2><div class="acts"><${Acts} job=${job} acts=${acts} busy=${busy} /></div></div><p class="about">${job.summary}</p>`}
    <div class="parts">
      <${Contents} asOf=${job.asOf} ...${contents} />
      <section><h3>${texts.details.file}</h3><${FileFacts} job=${job} /></section>
      <section><h3>${texts.details.history}</h3><${Timeline} job=${job} /></section>
    </div>
    <div class="row">
      ${!config.frame && html`<${Button} icon="link" busy=${busy === "copy"} onClick=${acts.copy}>${texts.acts.copy}<//>`}
      <${Button} icon="edit" busy=${busy === "edit"} onClick=${acts.edit}>${texts.acts.edit}<//>
      ${["SUCCESS", "FAILED"].includes(job.status) && html`<${Button} icon="trash" kind="danger" busy=${busy === "delete"} onClick=${acts.remove}>${texts.acts.delete}<//>`}
    </div>
  </div>`;
}

function Timeline({ job }) {
  const moments = momentsOf(job);
  return html`<ol class="timeline">${moments.map(({ key, type, date, who, message }) => html`<li key=${key} class=${type.toLowerCase()}>
    <${Icon} name=${EVENT_ICONS[type] || "check"} />
    <div><strong>${texts.events[type] || type}</strong>${who && BY_PEOPLE.has(type) && html` <span>${texts.details.by(who)}</span>`}
      <time datetime=${date}>${when(date)}</time>${message && html`<p>${message}</p>`}</div>
  </li>`)}</ol>`;
}

/** Return events and downloads together, oldest first. */
function momentsOf({ events, downloads, canceled }) {
  const asked = events.map(({ id, type, date, user, app, message }) => ({ key: id, type: typeOfEvent(type, message, canceled), date, who: nameOf({ user, app }), message }));
  const fetched = (downloads || []).map(({ date, user, app }) => ({ key: `d${date}`, type: "DOWNLOAD", date, who: nameOf({ user, app }) }));
  return [...asked, ...fetched].sort((one, other) => new Date(one.date) - new Date(other.date));
}

/** Return the type of an event. Saleor's six types have neither cancellations nor further attempts. */
function typeOfEvent(type, message, canceled) {
  if (type === "EXPORT_FAILED" && canceled) return "EXPORT_CANCELED";
  return type === "EXPORT_PENDING" && message ? "EXPORT_RETRIED" : type;
}

function FileFacts({ job }) {
  const t = texts.details;
  const facts = [
    [t.name, job.fileName],
    [t.rows, job.rowCount != null && count(job.rowCount)],
    [t.size, job.fileSize != null && size(job.fileSize)],
    [t.formulas, job.fileType === "CSV" && t.formulaKinds[job.formulas]],
    [t.took, job.status === "SUCCESS" && duration(secondsBetween(job.createdAt, job.updatedAt))],
    [t.expires, job.status === "SUCCESS" && t.until(when(job.expiresAt), relativeTo(job.expiresAt, Date.now()))],
    [t.fetched, job.downloads?.length && t.fetchedBy(job.downloads.length, nameOf(job.downloads[0]) || texts.facts.somebody)],
  ];
  const technical = [
    [t.id, job.id],
    ["SHA-256", job.sha256],
    [t.bytes, job.fileSize != null && count(job.fileSize)],
  ];
  return html`<${Facts} facts=${facts} />
    <details class="technical"><summary>${t.technical}</summary><${Facts} facts=${technical} /></details>`;
}

const Facts = ({ facts }) =>
  html`<dl>${facts.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
