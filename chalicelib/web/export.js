// One export in the list: its state, its actions and, when opened, its details.

import { editAgain } from "./again.js";
import { change, fetchDownloadUrl, newKey, Unreachable } from "./api.js";
import { download } from "./download.js";
import { typeOf } from "./export-types.js";
import { count, duration, percent, relativeTo, secondsBetween, size, stateOf, when } from "./format.js";
import { html, useRef, useState } from "./preact.js";
import { CANCEL, DELETE, RETRY } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Confirm, Icon, Later } from "./ui.js";

const loadDetails = () => import("./details.js").then((module) => module.Details);

export function Export({ job, now, open, go, say, refresh }) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState("");
  const [asking, setAsking] = useState(false);
  const keys = useRef({});
  const state = job.outside ? "" : stateOf(job);
  const toggle = () => go("exports", open ? "" : job.id);

  async function act(name, work) {
    if (busy) return;
    setBusy(name);
    setError("");
    try {
      await work();
    } catch (failure) {
      setError(failure.message);
    }
    setBusy("");
  }
  // If an answer got lost, the next click repeats the same request instead of sending a second one.
  const send = (name, mutation, said) => act(name, async () => {
    keys.current[name] ||= newKey();
    const changed = await change(mutation, { id: job.id }, keys.current[name]).catch((failure) => {
      if (!(failure instanceof Unreachable)) delete keys.current[name];
      throw failure;
    });
    delete keys.current[name];
    say(said);
    await refresh(name === "retry" ? changed : undefined);
  });
  const acts = {
    download: () => act("download", async () => download(await fetchDownloadUrl(job.id))),
    cancel: () => send("cancel", CANCEL, texts.said.canceled),
    retry: () => send("retry", RETRY, texts.said.again),
    edit: () => act("edit", async () => {
      await editAgain(job.id);
      go("new");
    }),
    remove: () => setAsking(true),
    copy: () => act("copy", async () => {
      if (!(await isCopied(linkTo(job.id)))) throw new Error(texts.said.uncopied(linkTo(job.id)));
      say(texts.said.copied);
    }),
  };
  const confirmed = () => {
    setAsking(false);
    return send("delete", DELETE, texts.said.deleted);
  };

  if (job.outside) return html`<li class="export card"><${Later} load=${loadDetails} id=${job.id} acts=${acts} busy=${busy} go=${go} alone />${error && html`<p class="error" role="alert">${error}</p>`}</li>`;
  return html`<li class="export card ${job.status.toLowerCase()}">
    <div class="head">
      <span class="kind"><${Icon} name=${typeOf(job.exportType).icon} /></span>
      <div class="title"><h2>${job.title} <span class="filetype">${texts.fileKind(job)}</span></h2>
        <p class="about">${job.summary}</p><${Facts} job=${job} now=${now} /></div>
      <${Badge} job=${job} />
      <div class="acts"><${Acts} job=${job} acts=${acts} busy=${busy} />
        <${Button} kind="open" icon="chevron" label=${texts.acts.details(job.fileName)} aria-expanded=${open ? "true" : "false"} onClick=${toggle} /></div>
    </div>
    ${job.status === "PENDING" && html`<${Progress} job=${job} now=${now} />`}
    ${job.status === "FAILED" && html`<p class="failure ${state.toLowerCase()}"><${Icon} name=${state === "CANCELED" ? "close" : "warning"} />${job.message || texts.failedSilently}</p>`}
    ${error && html`<p class="error" role="alert">${error}</p>`}
    ${open && html`<${Later} load=${loadDetails} id=${job.id} stamp="${job.status}${job.updatedAt}" acts=${acts} busy=${busy} />`}
    ${asking && html`<${Confirm} title=${texts.confirm.title} text=${texts.confirm.text} action=${texts.acts.delete}
      onYes=${confirmed} onNo=${() => setAsking(false)} />`}
  </li>`;
}

export const Badge = ({ job }) => html`<span class="badge ${stateOf(job).toLowerCase()}">${texts.states[stateOf(job)]}</span>`;

/** The most likely action for the state of the export. */
export function Acts({ job, acts, busy }) {
  const t = texts.acts;
  if (job.status === "PENDING") return html`<${Button} icon="close" busy=${busy === "cancel"} onClick=${acts.cancel}>${t.cancel}<//>`;
  if (job.status === "SUCCESS") return html`<${Button} kind="primary" icon="download" busy=${busy === "download"} onClick=${acts.download}>${t.download}<//>`;
  return html`<${Button} icon="again" busy=${busy === "retry"} onClick=${acts.retry}>${stateOf(job) === "FAILED" ? texts.tryAgain : t.again}<//>`;
}

function Facts({ job, now }) {
  const t = texts.facts;
  const facts = [
    html`<span title=${when(job.createdAt)}>${relativeTo(job.createdAt, now)}</span>`,
    job.user?.email || job.app?.name || t.somebody,
  ];
  if (job.status === "SUCCESS" || job.status === "DELETED") facts.push(t.rows(job.rowCount || 0, count(job.rowCount || 0)), job.fileSize != null && size(job.fileSize));
  if (job.status === "SUCCESS") {
    facts.push(t.took(duration(secondsBetween(job.createdAt, job.updatedAt))));
    facts.push(html`<span title=${when(job.expiresAt)}>${t.expires(relativeTo(job.expiresAt, now))}</span>`);
  }
  return html`<p class="facts">${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}</p>`;
}

function Progress({ job, now }) {
  const t = texts.facts;
  // Progress counts finished segments. Before the first one, its share is unknown rather than 0 %.
  const known = job.progress > 0;
  const rows = job.rowCount ? t.rowsSoFar(count(job.rowCount)) : t.waiting;
  return html`<div class="progress">
    <progress max="1" value=${known ? job.progress : undefined} aria-label=${t.progress(job.title)} />
    <p>${known && html`<strong>${percent(job.progress)}</strong>`}<span>${rows}</span><span>${duration((now - new Date(job.createdAt)) / 1000)}</span></p>
  </div>`;
}

/** Return a link to the export on this page. People who open it sign in and need the permission for its type. */
const linkTo = (id) => `${location.origin}${location.pathname}#exports/${encodeURIComponent(id)}`;

/** Copy a text and return whether it worked. Browsers refuse without TLS, and in frames that may not copy. */
const isCopied = async (text) => Boolean(await navigator.clipboard?.writeText(text).then(() => true, () => false));
