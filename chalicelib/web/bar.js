// The bar at the bottom of a new export: format, name, options, and the button that starts the export.

import { EXPORT_TYPES } from "./export-types.js";
import { browserZone, canCompress, hasFormulas, MAX_TITLE_CHARACTERS } from "./form.js";
import { decimalMark } from "./format.js";
import { html } from "./preact.js";
import { config } from "./session.js";
import { texts } from "./texts.js";
import { Check, Choice, Input, Popup, Select } from "./ui.js";

/** The format and the name of the file. */
export function FileChoices({ form, set }) {
  const t = texts.format;
  return html`<${Choice} legend=${t.fileType} name="fileType" value=${form.fileType} options=${fileTypes(t.fileTypes)} onChange=${(fileType) => set({ fileType })} />
    <${Input} label=${texts.start.name} value=${form.title} maxlength=${MAX_TITLE_CHARACTERS} placeholder=${texts.start.nameHint}
      onInput=${(title) => set({ title })} autocomplete="off" />
    <${Popup} kind="quiet" icon="chevron" text=${t.options} label=${t.options}><${Options} form=${form} set=${set} /><//>`;
}

/** The formats of the service: those that the texts name, then others under their own names. */
const fileTypes = (names) => [...Object.entries(names), ...config.fileTypes.filter((type) => !(type in names)).map((type) => [type, type])];

function Options({ form, set }) {
  const t = texts.format;
  const { fileType } = form;
  return html`<div class="file-options"><h2>${t.options}</h2>
    <p class="hint">${t.typeHints[fileType]}</p>
    ${fileType === "CSV" && html`<${Csv} csv=${form.csv} onChange=${(csv) => set({ csv })} />`}
    <${Cells} form=${form} set=${set} />
    ${EXPORT_TYPES[form.type].canBeLive && html`<${Select} label=${t.freshness} hint=${t.freshnessHints[form.freshness]} value=${form.freshness}
      options=${Object.entries(t.freshnesses)} onChange=${(freshness) => set({ freshness })} />`}
    ${hasFormulas(fileType) && html`<${Select} label=${t.formulas} hint=${t.formulaHints[form.formulas]} value=${form.formulas}
      options=${Object.entries(t.formulaKinds)} onChange=${(formulas) => set({ formulas })} />`}
    ${canCompress(fileType) && html`<${Select} label=${t.compression} hint=${t.compressionHints[form.compression]} value=${form.compression}
      options=${Object.entries(t.compressions)} onChange=${(compression) => set({ compression })} />`}</div>`;
}

/** How cells read. Each choice overrides the layout. */
function Cells({ form, set }) {
  const t = texts.format;
  const { layout, cells } = form;
  const choose = (name) => (value) => set({ cells: { ...cells, [name]: value } });
  const choice = (name, label, kinds) => html`<${Select} label=${label} value=${cells[name] || ""} onChange=${choose(name)}
    options=${[["", t.asLayout(kinds[t.defaults[layout][name]])], ...Object.entries(kinds)]} />`;
  return html`<${Select} label=${t.layout} hint=${t.layoutHints[layout]} value=${layout} options=${Object.entries(t.layouts)} onChange=${(other) => set({ layout: other })} />
    <${Input} label=${t.timeZone} value=${cells.timeZone || ""} placeholder=${layout === "PEOPLE" ? browserZone() : "UTC"} list="time-zones"
      onInput=${choose("timeZone")} autocomplete="off" spellcheck="false" />
    <datalist id="time-zones">${Intl.supportedValuesOf("timeZone").map((zone) => html`<option value=${zone} />`)}</datalist>
    ${choice("descriptions", t.descriptions, t.descriptionKinds)}
    ${choice("names", t.names, t.nameKinds)}
    ${choice("types", t.types, t.typeKinds)}`;
}

function Csv({ csv, onChange }) {
  const t = texts.format;
  const set = (changed) => onChange({ ...csv, ...changed });
  // A decimal comma cannot stand between commas.
  const decimals = Object.entries(t.decimals).filter(([key]) => key === "POINT" || csv.delimiter !== "COMMA");
  // A spreadsheet reads 57.210 as fifty-seven thousand where people write 57,21.
  const markFor = (delimiter) => (delimiter === "COMMA" ? "POINT" : csv.delimiter === "COMMA" ? decimalMark() : csv.decimal);
  const choose = (delimiter) => set({ delimiter, decimal: markFor(delimiter) });
  return html`<${Select} label=${t.delimiter} hint=${t.delimiterHints[csv.delimiter]} value=${csv.delimiter} options=${Object.entries(t.delimiters)} onChange=${choose} />
    <${Select} label=${t.decimal} value=${csv.decimal} options=${decimals} onChange=${(decimal) => set({ decimal })} />
    ${csv.delimiter !== "EXCEL" && html`<${Check} checked=${csv.bom} onChange=${(bom) => set({ bom })}>${t.bom}<//>`}`;
}
