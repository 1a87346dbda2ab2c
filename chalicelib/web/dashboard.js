// A question to staff: do mails lead to the dashboard around the page?

import { changeSafely } from "./api.js";
import { recall, remember } from "./memory.js";
import { html, useState } from "./preact.js";
import { CONFIRM_DASHBOARD } from "./queries.js";
import { dashboardAddress } from "./session.js";
import { texts } from "./texts.js";
import { Button, Icon } from "./ui.js";

const ANSWERED = "dashboard";

/** Ask once. Only the first answer of the shop counts, and people can leave it to others. */
export function ConfirmDashboard({ me, say }) {
  const t = texts.dashboard;
  const [isOpen, setOpen] = useState(!recall(ANSWERED, {}).isAnswered);
  const address = dashboardAddress();
  if (!isOpen || !address || !me.canConfirmDashboard) return null;
  const close = () => {
    remember(ANSWERED, { isAnswered: true });
    setOpen(false);
  };
  const confirm = () => changeSafely(CONFIRM_DASHBOARD, { url: address }).then(() => say(t.confirmed), (failure) => say(failure.message, "bad")).then(close);
  return html`<div class="banner question"><${Icon} name="bell" /><span>${t.question(address)}</span>
    <div class="row"><${Button} icon="check" onClick=${confirm}>${t.yes}<//><${Button} kind="quiet" onClick=${close}>${t.no}<//></div></div>`;
}
