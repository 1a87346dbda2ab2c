// The form for a new export: type, records, columns, file format, and a preview.

import { ask, change, newKey, Unreachable } from "./api.js";
import { Columns } from "./columns.js";
import { EXPORT_TYPES } from "./export-types.js";
import { Filters } from "./filters.js";
import { canCompress, firstForm, hasFormulas, inputOf, keepForm } from "./form.js";
import { count } from "./format.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { Estimate, Sheet, usePreview } from "./preview.js";
import { PRODUCT_OPTIONS, startMutation } from "./queries.js";
import { Scope } from "./scope.js";
import { texts } from "./texts.js";
import { Button, Choice, Icon, Input, Loading, Notice, useAnswer } from "./ui.js";

const MAX_TITLE_CHARACTERS = 100;

export function Start({ types, onStarted }) {
  const [form, setForm] = useState(() => firstForm(types));
  const [sending, setSending] = useState({ busy: false, error: null });
  const attempt = useRef({ input: "", key: "" });
  const options = useAnswer(async () => (types.some((type) => EXPORT_TYPES[type].hasColumns) ? (await ask(PRODUCT_OPTIONS)).exportOptions : {}), []);
  const set = (changed) => {
    setSending({ busy: false, error: null });
    setForm((before) => ({ ...before, ...changed }));
  };
  useEffect(() => keepForm(form), [form]);

  const preview = usePreview(form);
  const { problem } = preview;
  const start = async () => {
    if (problem) return setSending({ busy: false, error: problem });
    const input = inputOf(form);
    // If an answer got lost, the same request with the same key starts no second export.
    if (attempt.current.input !== JSON.stringify(input)) attempt.current = { input: JSON.stringify(input), key: newKey() };
    setSending({ busy: true, error: null });
    try {
      const started = await change(startMutation(form.type), { input }, attempt.current.key);
      attempt.current = { input: "", key: "" };
      set({ title: "" });
      await onStarted(started);
    } catch (error) {
      if (!(error instanceof Unreachable)) attempt.current = { input: "", key: "" };
      setSending({ busy: false, error });
    }
  };
  const errorAt = (...fields) => (sending.error && fields.includes(sending.error.field) ? sending.error.message : "");

  return html`<form class="start" novalidate onSubmit=${(event) => { event.preventDefault(); start(); }}>
    <h1>${texts.start.title}</h1>
    <${Sheet} preview=${preview} />
    <div class="steps">
      <section class="card">
        <${Choice} legend=${texts.start.type} name="type" value=${form.type} onChange=${(type) => set({ type, scope: "ALL" })}
          options=${types.map((type) => [type, EXPORT_TYPES[type].words.name, EXPORT_TYPES[type].icon])} />
        <${Scope} form=${form} set=${set} error=${errorAt("ids", "voucherId")} />
        ${form.scope === "FILTER" && html`<${Filters} form=${form} set=${set} options=${options.data}
          error=${errorAt("filter", "channels")} />`}
      </section>
      ${EXPORT_TYPES[form.type].hasColumns && html`<section class="card"><${ChooseColumns} form=${form} set=${set} options=${options} /></section>`}
      <section class="card"><${Format} form=${form} set=${set} /></section>
    </div>
    <aside class="summary card">
      ${sending.error && html`<p class="banner" role="alert"><${Icon} name="warning" />${sending.error.message}</p>`}
      <${Estimate} preview=${preview} type=${form.type} />
      <button class="button primary" aria-disabled=${sending.busy ? "true" : undefined}
        onClick=${(event) => sending.busy && event.preventDefault()}>
        ${sending.busy ? html`<span class="spinner" />` : html`<${Icon} name="down" />`}${preview.isCounted ? texts.start.goRows(preview.data, count(preview.data.rowCount)) : texts.start.go}
      </button>
    </aside>
  </form>`;
}

function ChooseColumns({ form, set, options }) {
  if (options.error) {
    return html`<${Notice} icon="warning" kind="bad" title=${texts.columns.unread}><p>${options.error.message}</p>
      <${Button} icon="again" onClick=${options.retry}>${texts.tryAgain}<//><//>`;
  }
  if (!options.data) return html`<h2>${texts.columns.title}</h2><${Loading} lines=${6} />`;
  return html`<${Columns} options=${options.data} chosen=${form.columns} onChange=${(columns) => set({ columns })} />`;
}

function Format({ form, set }) {
  const t = texts.format;
  const choice = (name, legend, names) => html`<${Choice} legend=${legend} name=${name} value=${form[name]}
    options=${Object.entries(names)} onChange=${(value) => set({ [name]: value })} />`;
  const { fileType } = form;
  const hints = [t.typeHints[fileType], ...(hasFormulas(fileType) ? [t.formulaHints[form.formulas]] : []),
    ...(canCompress(fileType) ? [t.compressionHints[form.compression]] : [])];
  return html`<h2>${t.title}</h2>
    <${Input} label=${texts.start.name} hint=${texts.start.nameHint} value=${form.title} maxlength=${MAX_TITLE_CHARACTERS}
      onInput=${(title) => set({ title })} autocomplete="off" />
    <div class="row apart">
      ${choice("fileType", t.fileType, t.fileTypes)}
      ${canCompress(fileType) && choice("compression", t.compression, t.compressions)}
      ${hasFormulas(fileType) && choice("formulas", t.formulas, t.formulaKinds)}
    </div>
    <p class="hint">${hints.filter(Boolean).join(" ")}</p>`;
}
