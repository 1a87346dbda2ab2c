// A new export: type and records on top, the editor of the file, and the bar that starts the export.

import { ask, change, newKey, Unreachable } from "./api.js";
import { FileChoices } from "./bar.js";
import { Chips } from "./chips.js";
import { EXPORT_TYPES } from "./export-types.js";
import { ALL_RECORDS, completed, firstForm, inputOf, isTyped, keepForm } from "./form.js";
import { count } from "./format.js";
import { loadOptions } from "./options.js";
import { html, useEffect, useMemo, useRef, useState } from "./preact.js";
import { usePreview } from "./preview.js";
import { startMutation, TEMPLATES } from "./queries.js";
import { Sheet } from "./sheet.js";
import { SaveTemplate, Templates } from "./templates.js";
import { texts } from "./texts.js";
import { Button, Choice, Icon, Loading, Notice, Popup, useAnswer } from "./ui.js";

const NO_OPTIONS = {};

export function Start({ types, onStarted }) {
  const [form, setForm] = useState(() => firstForm(types));
  const [sending, setSending] = useState({ busy: false, error: null });
  const options = useOptions(form.type);
  const templates = useAnswer(async () => (await ask(TEMPLATES, { type: form.type })).exportTemplates, [form.type]);
  const set = (changed) => {
    setSending({ busy: false, error: null });
    setForm((before) => ({ ...before, ...changed }));
  };
  useEffect(() => keepForm(form), [form]);
  const whole = useMemo(() => options.data && completed(form, options.data), [form, options.data, texts.locale]);
  const preview = usePreview(whole);
  const send = useSend();
  const start = async () => {
    if (!whole || sending.busy) return;
    if (preview.problem) return setSending({ busy: false, error: preview.problem });
    setSending({ busy: true, error: null });
    try {
      const started = await send(form.type, inputOf(whole));
      // The list replaces this form now.
      keepForm({ ...form, title: "" });
      await onStarted(started);
    } catch (error) {
      setSending({ busy: false, error });
    }
  };
  return html`<form class="start" novalidate onSubmit=${(event) => { event.preventDefault(); start(); }}>
    <div class="row spread"><h1>${types.length > 1 ? texts.start.title : texts.start.titleOf(EXPORT_TYPES[form.type].words.name)}</h1><${Types} types=${types} form=${form} set=${set} /></div>
    ${options.data && html`<${Templates} templates=${templates.isOld ? null : templates.data} isLoading=${templates.loading} form=${form} set=${set} options=${options.data} refresh=${templates.retry} />`}
    <${Work} whole=${whole} form=${form} set=${set} options=${options} preview=${preview} />
    <div class="bar card">
      ${sending.error && html`<p class="banner" role="alert"><${Icon} name="warning" />${sending.error.message}</p>`}
      <${FileChoices} form=${form} set=${set} />
      ${whole && html`<${Popup} kind="quiet" icon="plus" text=${texts.templates.save} label=${texts.templates.save}>
        <${SaveTemplate} form=${whole} templates=${templates.data} set=${set} refresh=${templates.retry} /><//>`}
      <button class="button primary" aria-disabled=${sending.busy ? "true" : undefined}>
        ${sending.busy ? html`<span class="spinner" />` : html`<${Icon} name="down" />`}${preview.isCounted ? texts.start.goRows(preview.data, count(preview.data.rowCount)) : texts.start.go}
      </button>
    </div>
  </form>`;
}

function Types({ types, form, set }) {
  if (types.length < 2) return null;
  return html`<${Choice} legend=${texts.start.type} name="type" value=${form.type} onChange=${(type) => set({ type, ...ALL_RECORDS, vouchers: [], title: "", template: "" })}
    options=${types.map((type) => [type, EXPORT_TYPES[type].words.name, EXPORT_TYPES[type].icon])} />`;
}

/** The records and the columns. They need the names of the shop's channels, warehouses and so on. */
function Work({ whole, form, set, options, preview }) {
  if (options.error) {
    return html`<${Notice} icon="warning" kind="bad" title=${texts.columns.unread}><p>${options.error.message}</p>
      <${Button} icon="again" onClick=${options.retry}>${texts.tryAgain}<//><//>`;
  }
  if (!whole) return html`<${Loading} lines=${6} />`;
  const { type } = form;
  const setColumns = (columns) => set({ columns: { ...form.columns, [type]: columns } });
  return html`<${Chips} form=${whole} set=${set} options=${options.data} />
    <${Sheet} type=${type} options=${options.data} columns=${whole.columns[type]} preview=${preview} isTyped=${isTyped(form)} onChange=${setColumns}
      onReset=${form.columns[type] && (() => setColumns(undefined))} />`;
}

/** Return the names that the columns and conditions of a type need. */
function useOptions(type) {
  const { hasOptions } = EXPORT_TYPES[type];
  const answer = useAnswer(async () => (hasOptions ? loadOptions() : NO_OPTIONS), [hasOptions]);
  return answer.isOld ? { ...answer, data: null } : answer;
}

/** Return a function that starts an export. If an answer got lost, the same request with the same key starts no second one. */
function useSend() {
  const attempt = useRef({ input: "", key: "" });
  return async (type, input) => {
    const text = JSON.stringify([type, input]);
    if (attempt.current.input !== text) attempt.current = { input: text, key: newKey() };
    try {
      const started = await change(startMutation(type), { input }, attempt.current.key);
      attempt.current = { input: "", key: "" };
      return started;
    } catch (error) {
      if (!(error instanceof Unreachable)) attempt.current = { input: "", key: "" };
      throw error;
    }
  };
}
