// Templates as cards: the built-in ones, the last export, and those that people of the shop have saved.

import { formOf } from "./again.js";
import { changeSafely } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { inputOf, MAX_TITLE_CHARACTERS } from "./form.js";
import { templateKeyOf } from "./ids.js";
import { html, useState } from "./preact.js";
import { REMOVE_TEMPLATE, SAVE_TEMPLATE } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Check, Confirm, Icon, Input, Popup } from "./ui.js";

const LAST_EXPORT = "last-export";

/** Cards above the editor. A click fills the form. `refresh` loads the templates again. */
export function Templates({ templates, isLoading, form, set, options, refresh }) {
  // The place of the cards is kept, so that nothing moves under the pointer when they come.
  if (!templates) return isLoading && html`<div class="bone" />`;
  if (!templates.length) return null;
  return html`<ul class="templates" aria-label=${texts.templates.title}>
    ${templates.map((one) => html`<li key=${one.id} class="template card ${form.template === one.id ? "chosen" : ""}">
      <button type="button" aria-pressed=${form.template === one.id ? "true" : "false"} onClick=${() => set(filledFrom(one, form, options))}>
        <strong>${nameOf(one)}</strong><small>${one.summary}</small>
        ${one.problem && html`<small class="error"><${Icon} name="warning" /> ${one.problem}</small>`}</button>
      ${!one.isBuiltIn && html`<${Popup} kind="bare" icon="edit" label=${texts.templates.change(one.name)}><${Edit} template=${one} refresh=${refresh} /><//>`}
    </li>`)}
  </ul>`;
}

/** Return the changes to a form that a template makes. Selected records stay, and a filter unless the template has its own. */
function filledFrom(template, form, options) {
  const { type, picked, vouchers, filter, hiddenFilter, channel, ...file } = formOf(template.exportType, JSON.parse(template.request), options);
  const records = picked.length || vouchers.length || Object.keys({ ...filter, ...hiddenFilter }).length;
  const isNeutral = form.picked.length || !records;
  return { ...file, ...(!isNeutral && { picked, vouchers, filter, hiddenFilter, channel }), ...titleBy(template), template: template.id };
}

/** Return the title that a template gives. That of the last export stays as it was. */
const titleBy = (template) => (templateKeyOf(template.id) === LAST_EXPORT ? {} : { title: nameOf(template) });

const nameOf = ({ id, name }) => texts.templates.names[templateKeyOf(id)] || name;

/** Save the form as a new template, or as a change of the one that it began with. `form` is completed. */
export function SaveTemplate({ form, templates, set, refresh }) {
  const t = texts.templates;
  const begun = templates?.find(({ id, isBuiltIn }) => id === form.template && !isBuiltIn);
  const save = (id) => async ({ name, isShared }) => {
    const { title, ...input } = inputOf(form);
    const { exportTemplate } = await changeSafely(SAVE_TEMPLATE, { input: { id, name, isShared, export: { [EXPORT_TYPES[form.type].preview]: input } } });
    await refresh();
    set({ template: exportTemplate.id });
  };
  return html`<h2>${t.save}</h2><${NameAndShare} name=${form.title} action=${t.saveNew} onSave=${save()} />
    ${begun && html`<${Button} icon="check" onClick=${() => save(begun.id)(begun).then(closePanel)}>${t.saveChanged(begun.name)}<//>`}`;
}

function Edit({ template, refresh }) {
  const t = texts.templates;
  const [isAsking, setAsking] = useState(false);
  const save = async ({ name, isShared }) => {
    const kind = EXPORT_TYPES[template.exportType].preview;
    await changeSafely(SAVE_TEMPLATE, { input: { id: template.id, name, isShared, export: { [kind]: JSON.parse(template.request) } } });
    await refresh();
  };
  const remove = () => changeSafely(REMOVE_TEMPLATE, { id: template.id }).then(refresh);
  return html`<${NameAndShare} name=${template.name} isShared=${template.isShared} action=${t.rename} onSave=${save} />
    <${Button} kind="danger" icon="trash" onClick=${() => setAsking(true)}>${t.remove}<//>
    ${isAsking && html`<${Confirm} title=${t.removeTitle(template.name)} text=${t.removeText} action=${t.remove} onYes=${remove} onNo=${() => setAsking(false)} />`}`;
}

function NameAndShare({ name: given, isShared: shared = false, action, onSave }) {
  const t = texts.templates;
  const [name, setName] = useState(given);
  const [isShared, setShared] = useState(shared);
  const [error, setError] = useState("");
  const save = () => onSave({ name: name.trim(), isShared }).then(closePanel, (failure) => setError(failure.message));
  return html`<${Input} label=${t.name} value=${name} error=${error} maxlength=${MAX_TITLE_CHARACTERS} onInput=${setName} autocomplete="off" />
    <${Check} checked=${isShared} onChange=${setShared}>${t.shared}<//>
    <${Button} kind="primary" onClick=${save}>${action}<//>`;
}

const closePanel = () => document.querySelector(".panel:popover-open")?.hidePopover();
