// One export in the list: its state, its actions and, when opened, its details.

import { Acts, Badge } from "./acts.js";
import { editAgain } from "./again.js";
import { change, fetchDownloadUrl, newKey, Unreachable } from "./api.js";
import { download } from "./download.js";
import { titleOf, typeOf } from "./export-types.js";
import { count, nameOf, percent, roughly, stateOf, timeOf, when } from "./format.js";
import { html, useRef, useState } from "./preact.js";
import { CANCEL, DELETE, RETRY } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Confirm, Icon, Later } from "./ui.js";

const loadDetails = () => import("./details.js").then((module) => module.Details);

const MIN_ESTIMATED_SECONDS = 2;
const HISTORY_MS = 15_000; // between two looks at the history of a running export

export function Export({ job, now, open, go, say, onChanged }) {
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
    say(said, "good", name === "retry" && { icon: "close", label: texts.acts.cancel, onClick: () => cancelAgain(changed) });
    await onChanged(changed, name === "retry");
  });
  const cancelAgain = ({ id }) => change(CANCEL, { id }, newKey()).then(onChanged, (failure) => say(failure.message, "bad"));
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
  return html`<li class="export ${state.toLowerCase()} ${open ? "opened" : ""}">
    <div class="head">
      <span class="kind"><${Icon} name=${state === "FAILED" ? "warning" : typeOf(job.exportType).icon} /></span>
      <div class="title"><h3>${titleOf(job)}</h3><${Line} job=${job} now=${now} /></div>
      <${Facts} job=${job} />
      <div class="acts"><${Acts} job=${job} acts=${acts} busy=${busy} />
        <${Button} kind="open" icon="chevron" label=${texts.acts.details(job.fileName)} aria-expanded=${open ? "true" : "false"} onClick=${toggle} /></div>
    </div>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    ${open && html`<${Later} load=${loadDetails} id=${job.id} stamp=${stampOf(job, now)} acts=${acts} busy=${busy} />`}
    ${asking && html`<${Confirm} title=${texts.confirm.title} text=${texts.confirm.text} action=${texts.acts.delete}
      onYes=${confirmed} onNo=${() => setAsking(false)} />`}
  </li>`;
}

/** Return a text that changes with the history of an export. Further attempts do not change the export itself. */
const stampOf = ({ status, updatedAt }, now) => `${status}${updatedAt}${status === "PENDING" ? Math.floor(now / HISTORY_MS) : ""}`;

/** The line below the title: what the export is of, how far it is, or why it failed. */
function Line({ job, now }) {
  if (job.status === "PENDING") return html`<${Progress} job=${job} now=${now} />`;
  if (job.status === "FAILED") return html`<p class="failure">${job.message || texts.failedSilently}</p>`;
  return html`<p class="about">${job.summary}</p>`;
}

function Facts({ job }) {
  const hasRows = ["SUCCESS", "DELETED"].includes(job.status);
  return html`<div class="facts">
    <span class="asked"><time datetime=${job.createdAt} title=${when(job.createdAt)}>${timeOf(job.createdAt)}</time> <span class="name" title=${job.user?.email}>${nameOf(job) || texts.facts.somebody}</span></span>
    <span class="filetype">${texts.fileKind(job)}</span>
    <span class="amount">${hasRows && texts.facts.rows(job.rowCount || 0, count(job.rowCount || 0))}</span>
    <${Badge} job=${job} />
  </div>`;
}

function Progress({ job, now }) {
  // Before the first report, the share is unknown rather than 0 %.
  const known = job.progress > 0;
  const facts = [known && html`<strong>${percent(job.progress)}</strong>`, rowsOf(job), known && timeLeft(job, now)];
  return html`<div class="progress">
    <p>${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}</p>
    <progress max="1" value=${known ? job.progress : undefined} aria-label=${texts.facts.progress(titleOf(job))} />
  </div>`;
}

/** Return the rows so far and of how many, or why there are none yet: an export may wait for its shop. */
function rowsOf({ rowsDone, rowsTotal, message }) {
  const t = texts.facts;
  if (!rowsDone) return message || t.waiting;
  return rowsTotal ? t.rowsOf(count(rowsDone), count(rowsTotal)) : t.rowsSoFar(count(rowsDone));
}

/** Return an estimate from the time so far; "" while there is too little to go by. */
function timeLeft({ createdAt, progress }, now) {
  const seconds = (now - new Date(createdAt)) / 1000;
  if (seconds < MIN_ESTIMATED_SECONDS || progress === 1) return "";
  return texts.facts.left(roughly((seconds / progress) * (1 - progress)));
}

/** Return a link to the export on this page. People who open it sign in and need the permission for its type. */
const linkTo = (id) => `${location.origin}${location.pathname}#exports/${encodeURIComponent(id)}`;

/** Copy a text and return whether it worked. Browsers refuse without TLS, and in frames that may not copy. */
const isCopied = async (text) => Boolean(await navigator.clipboard?.writeText(text).then(() => true, () => false));
