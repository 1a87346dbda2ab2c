// The records of a new export as chips: the voucher, selected records or conditions. Each chip opens its control.

import { Control, namesIn } from "./conditions.js";
import { EXPORT_TYPES } from "./export-types.js";
import { CONDITION_KINDS, filterOf, needsChannel } from "./filters.js";
import { ALL_RECORDS, scopeOf } from "./form.js";
import { Pick } from "./pick.js";
import { html, useLayoutEffect, useState } from "./preact.js";
import { texts } from "./texts.js";
import { Button, focusFirst, Option, Popup, useKeptFocus } from "./ui.js";
import { Vouchers } from "./vouchers.js";

/** `form` is completed. `set` changes the form of the person. */
export function Chips({ form, set, options }) {
  const { ofVoucher, words, scopes } = EXPORT_TYPES[form.type];
  const scope = scopeOf(form);
  const place = useKeptFocus();
  return html`<div class="chips" ref=${place} role="group" aria-label=${words.scope}>
    ${ofVoucher && scope !== "IDS" && html`<${VoucherChip} form=${form} set=${set} />`}
    ${scope !== "IDS" && html`<${Conditions} form=${form} set=${set} options=${options} />`}
    ${scope === "ALL" && !ofVoucher && html`<span class="chip plain">${words.scopes.ALL}</span>`}
    ${scope !== "IDS" && scopes.includes("FILTER") && html`<${AddCondition} form=${form} set=${set} options=${options} />`}
    <${PickChip} form=${form} set=${set} isChosen=${scope === "IDS"} />
  </div>`;
}

/** Selected records, or the button to select some. It is one element, so that its panel stays open at the first choice. */
function PickChip({ form, set, isChosen }) {
  const name = EXPORT_TYPES[form.type].words.scopes.IDS;
  return html`<${Chip} name=${isChosen ? name : ""} label=${name} text=${isChosen ? texts.records.picked(form.picked) : name} kind=${isChosen ? "" : "add"}
    icon=${isChosen ? "" : "plus"} onRemove=${isChosen && (() => set({ picked: [] }))}>
    <${Pick} type=${form.type} picked=${form.picked} onChange=${(picked) => set({ picked })} /><//>`;
}

/** A chip that opens its control. A chip without `onRemove` is needed. */
function Chip({ name, label = name, text, kind = "", icon, onRemove, children }) {
  return html`<span class="chip ${kind}"><${Popup} kind="value" icon=${icon} text=${html`<small>${name}</small> ${text}`} label=${label}>${children}<//>
    ${onRemove && html`<${Button} kind="remove" icon="close" label=${texts.records.remove(label)} onClick=${onRemove} />`}</span>`;
}

function Conditions({ form, set, options }) {
  const t = texts.filters;
  const change = (filter) => set({ filter: { ...form.filter, ...filter } });
  const isShown = ({ key, kind }) => CONDITION_KINDS[kind].read(form.filter[key]) !== undefined;
  const hidden = Object.keys(form.hiddenFilter);
  return html`
    ${EXPORT_TYPES[form.type].conditions.filter(isShown).map((one) => html`<${Chip} key=${one.key} name=${one.label}
      text=${CONDITION_KINDS[one.kind].say(form.filter[one.key], namesIn(options[one.options]))} onRemove=${() => change({ [one.key]: undefined })}>
      <${ControlOf} condition=${one} form=${form} set=${set} options=${options} /><//>`)}
    ${needsChannel(form) && html`<${ChannelChip} form=${form} set=${set} channels=${options.channels} />`}
    ${hidden.length > 0 && html`<${Chip} name=${t.also} text=${hidden.join(", ")} onRemove=${() => set({ hiddenFilter: {} })}><p class="hint">${t.hidden(hidden.join(", "))}</p><//>`}`;
}

const ControlOf = ({ condition: { key, kind, label, options: from }, form, set, options }) => html`<${Control} kind=${kind} label=${label} from=${from}
  choices=${options[from]} value=${form.filter[key]} onChange=${(value) => set({ filter: { ...form.filter, [key]: value } })} />`;

/** The list of conditions, then the control of the chosen one. */
function AddCondition(given) {
  const { form, set } = given;
  const t = texts.filters;
  const clear = () => set(ALL_RECORDS);
  return html`<${Chip} kind="add" icon="plus" text=${t.title} label=${t.add}><${NewCondition} ...${given} /><//>
    ${Object.keys(filterOf(form)).length > 1 && html`<${Button} kind="quiet" onClick=${clear}>${t.clear}<//>`}`;
}

function NewCondition({ form, set, options }) {
  const [chosen, setChosen] = useState(null);
  // The button that had the focus is gone.
  useLayoutEffect(() => chosen && focusFirst(document.querySelector(".panel:popover-open")), [chosen]);
  if (chosen) return html`<${ControlOf} condition=${chosen} form=${form} set=${set} options=${options} />`;
  return html`<div class="menu">${EXPORT_TYPES[form.type].conditions.map((one) => html`<${Button} kind="item" onClick=${() => setChosen(one)}>${one.label}<//>`)}</div>`;
}

/** Conditions that depend on a channel look at exactly one. */
function ChannelChip({ form, set, channels }) {
  const t = texts.filters;
  const nameOf = ({ name, currencyCode }) => `${name} (${currencyCode})`;
  const chosen = channels.find(({ id }) => id === form.channel);
  return html`<${Chip} name=${t.channel} text=${chosen ? nameOf(chosen) : t.chooseChannel}>
    <fieldset class="radios options"><legend>${t.channel}</legend><p class="hint">${t.channelHint}</p>
      ${channels.map((one) => html`<${Option} key=${one.id} group="channel" checked=${one.id === form.channel} onChange=${() => set({ channel: one.id })}>${nameOf(one)}<//>`)}
    </fieldset><//>`;
}

function VoucherChip({ form, set }) {
  const t = texts.scope;
  // A dashboard hands over IDs without names.
  const names = form.vouchers.every(({ name }) => name) ? form.vouchers.map(({ name }) => name).join(", ") : texts.records.picked(form.vouchers);
  const text = names || t.chooseVoucher;
  return html`<${Chip} name=${t.voucher} text=${text}><${Vouchers} chosen=${form.vouchers} onChange=${(vouchers) => set({ vouchers })} /><//>`;
}
