// The editor of the file: a table of its first rows. Headers move, are renamed and are removed in place.

import { AddColumn } from "./columns.js";
import { EXPORT_TYPES } from "./export-types.js";
import { count, decimal } from "./format.js";
import { columnsOf, isNumeric, MAX_LABEL_CHARACTERS } from "./keys.js";
import { html, useLayoutEffect, useMemo, useRef, useState } from "./preact.js";
import { Estimate } from "./preview.js";
import { texts } from "./texts.js";
import { Button, focusFirst, Icon, Loading, Popup, useKeptFocus } from "./ui.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const EDGE_PIXELS = 40; // near an edge, dragging scrolls the table
const SCROLL_PIXELS = 12;

/**
 * `columns` are those of the form, in the order of the file. `isTyped` says that numbers are values. `onReset` is given if
 * the columns differ from the usual ones.
 */
export function Sheet({ type, options, columns, preview, isTyped, onChange, onReset }) {
  const t = texts.columns;
  const known = useMemo(() => new Map(columnsOf(type, options).map((one) => [one.key, one])), [type, options]);
  const place = useKeptFocus();
  return html`<section class="sheet-card card" ref=${place} aria-label=${texts.preview.title}>
    <div class="row spread"><${Estimate} preview=${preview} type=${type} />
      <div class="row"><span class="hint">${texts.preview.columns(columns.length)}</span>
        ${onReset && html`<${Button} kind="quiet" icon="again" onClick=${onReset}>${t.reset}<//>`}
        <${Popup} kind="quiet" icon="plus" text=${t.addButton} label=${t.add}>
          <${AddColumn} type=${type} options=${options} chosen=${columns} onChange=${onChange} /><//></div></div>
    ${preview.error && html`<p class="error" role="alert">${preview.error.message}
      <${Button} kind="quiet" icon="again" onClick=${preview.retry}>${texts.tryAgain}<//></p>`}
    ${columns.length ? html`<${Table} type=${type} columns=${columns} known=${known} preview=${preview} isTyped=${isTyped} onChange=${onChange} />` : html`<p class="hint empty">${t.none}</p>`}
    ${!preview.data && !preview.error && preview.isOld && html`<${Loading} lines=${2} />`}
  </section>`;
}

function Table({ type, columns, known, preview, isTyped, onChange }) {
  const table = useRef(null);
  const [said, setSaid] = useState("");
  const focused = useRef(null);
  const { data, isOld, isCounted } = preview;
  // A moved column takes its cells along; the cells of a new one come with the next preview.
  const places = columns.map(({ key }) => (data ? data.columns.findIndex((one) => one.key === key) : -1));
  // A preview of before a column was renamed has another header.
  const headerOf = (place) => (data?.columns[place]?.label ? "" : data?.headers[place]);
  const nameOf = (place) => columns[place].label || headerOf(places[place]) || known.get(columns[place].key)?.name || columns[place].key;

  // A moved column keeps the focus at its new place. A removed column passes the focus to its neighbour.
  useLayoutEffect(() => {
    if (!focused.current) return;
    const { place, part } = focused.current;
    focused.current = null;
    table.current?.querySelectorAll("th")[place]?.querySelector(part)?.focus();
  });

  function move(from, to, part) {
    if (to < 0 || to >= columns.length || from === to) return;
    if (part) focused.current = { place: to, part };
    setSaid(texts.columns.moved(nameOf(from), to + 1, columns.length));
    onChange(columns.toSpliced(from, 1).toSpliced(to, 0, columns[from]));
  }
  function remove(place) {
    focused.current = { place: Math.min(place, columns.length - 2), part: ".remove" };
    setSaid(texts.columns.removed(nameOf(place)));
    onChange(columns.toSpliced(place, 1));
  }
  function rename(place, label) {
    const { key } = columns[place];
    onChange(columns.toSpliced(place, 1, { key, ...(label.trim() && { label: label.trim() }) }));
  }
  const drag = useDrag(table, move);
  // A preview has texts. A workbook shows the values of numbers as its reader's country does.
  const shown = (key, cell) => (isTyped && cell && isNumeric(key) && Number.isFinite(Number(cell)) ? decimal(cell) : cell);
  const left = isCounted ? data.rowCount - data.rows.length : 0;
  return html`<button type="button" class="button past" onClick=${skipToBar}>${texts.columns.skip}</button>
    <div class="sheet" role="region" aria-label=${texts.preview.header} tabindex="0" aria-busy=${isOld ? "true" : undefined}>
    <table ref=${table} onPointerMove=${drag.over} onPointerUp=${drag.end} onPointerCancel=${drag.end}>
      <thead><tr>${columns.map((column, place) => html`<${Header} key=${column.key} name=${nameOf(place)} hint=${known.get(column.key)?.hint}
        place=${place} total=${columns.length} isDragged=${drag.place === place} isNumber=${isNumeric(column.key)} take=${drag.take}
        move=${move} remove=${remove} rename=${rename} />`)}</tr></thead>
      <tbody>${data?.rows.map((cells) => html`<tr>${columns.map(({ key }, place) => html`<td class=${isNumeric(key) ? "number" : ""}><span>${shown(key, cells[places[place]])}</span></td>`)}</tr>`)}</tbody>
    </table></div>
    <p class="hint">${[left > 0 && texts.preview.left(data, count(left)), EXPORT_TYPES[type].words.rows].filter(Boolean).join(" · ")}</p>
    <p class="unseen" aria-live="assertive">${said}</p>`;
}

/** Focus the bar behind the table: each column has three stops, and a file can have a thousand columns. */
const skipToBar = (event) => focusFirst(event.target.closest("form").querySelector(".bar"));

function Header({ name, hint, place, total, isDragged, isNumber, take, move, remove, rename }) {
  const t = texts.columns;
  const steer = (event) => {
    const to = { Home: 0, End: total - 1 }[event.key] ?? (event.key in STEPS ? place + STEPS[event.key] : null);
    if (event.key === "Delete") remove(place);
    else if (to !== null) move(place, to, ".grip");
    else return;
    event.preventDefault();
  };
  // Enter must not start the export.
  const type = (event) => {
    if (event.key === "Escape") event.target.value = name;
    if (!["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.target.blur();
  };
  return html`<th scope="col" class="${isDragged ? "dragged" : ""} ${isNumber ? "number" : ""}" aria-label=${name}><div class="header">
    <button type="button" class="grip" aria-label=${t.handle(name, place + 1, total)} title=${t.drag} onPointerDown=${(event) => take(event, place)} onKeyDown=${steer}>
      <${Icon} name="grip" /></button>
    <input class="label" aria-label=${t.rename(name)} title=${t.renameHint} value=${name} size=${Math.max(name.length, 4)} maxlength=${MAX_LABEL_CHARACTERS} autocomplete="off" spellcheck="false"
      onKeyDown=${type} onChange=${(event) => rename(place, event.target.value)} />
    <${Button} kind="remove" icon="close" label=${t.remove(name)} onClick=${() => remove(place)} /></div>
    ${hint && html`<small>${hint}</small>`}</th>`;
}

/** Return the column that is dragged, and the handlers of pointer events that move the column. */
function useDrag(table, move) {
  const [place, setPlace] = useState(-1);
  const take = (event, from) => {
    if (event.button) return;
    event.preventDefault();
    event.currentTarget.focus();
    table.current.setPointerCapture(event.pointerId);
    setPlace(from);
  };
  const over = ({ clientX }) => {
    if (place < 0) return;
    scrollAtEdge(table.current.parentElement, clientX);
    const headers = [...table.current.querySelectorAll("th")];
    const found = headers.findIndex((one) => clientX < one.getBoundingClientRect().right);
    const to = found < 0 ? headers.length - 1 : found;
    if (to === place || !isPastMiddle(headers[to], clientX, to > place)) return;
    move(place, to);
    setPlace(to);
  };
  return { place, take, over, end: () => setPlace(-1) };
}

/** Return whether the pointer is past the middle of a header. Columns differ in width, and would swap back and forth. */
function isPastMiddle(header, clientX, toRight) {
  const { left, width } = header.getBoundingClientRect();
  return toRight ? clientX > left + width / 2 : clientX < left + width / 2;
}

function scrollAtEdge(region, clientX) {
  const { left, right } = region.getBoundingClientRect();
  if (clientX > right - EDGE_PIXELS) region.scrollLeft += SCROLL_PIXELS;
  if (clientX < left + EDGE_PIXELS) region.scrollLeft -= SCROLL_PIXELS;
}
