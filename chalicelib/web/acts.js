// The state of an export, and the most likely actions for it.

import { stateOf } from "./format.js";
import { html } from "./preact.js";
import { texts } from "./texts.js";
import { Button } from "./ui.js";

export const Badge = ({ job }) => html`<span class="badge ${stateOf(job).toLowerCase()}">${texts.states[stateOf(job)]}</span>`;

/** The most likely actions for the state of the export. */
export function Acts({ job, acts, busy }) {
  const t = texts.acts;
  if (job.status === "PENDING") return html`<${Button} kind="quiet" icon="close" busy=${busy === "cancel"} onClick=${acts.cancel}>${t.cancel}<//>`;
  if (job.status === "SUCCESS") {
    return html`<${Button} kind="quiet" icon="download" busy=${busy === "download"} onClick=${acts.download}>${t.download}<//>
      <${Button} icon="again" label=${t.again} busy=${busy === "retry"} onClick=${acts.retry} />`;
  }
  return html`<${Button} kind="quiet" icon="again" busy=${busy === "retry"} onClick=${acts.retry}>${stateOf(job) === "FAILED" ? texts.tryAgain : t.again}<//>`;
}
