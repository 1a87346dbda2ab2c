// The chosen fields in the order of the file. They move by dragging, by buttons, and by arrow keys on the handle.

import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { texts } from "./texts.js";
import { Button, Icon } from "./ui.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export function ChosenFields({ fields, headers, onChange, children }) {
  const t = texts.columns;
  const list = useRef(null);
  const focused = useRef(null);
  const [dragged, setDragged] = useState(-1);
  const [said, setSaid] = useState("");

  // A moved field keeps the focus at its new place. A removed field passes the focus to its neighbour.
  useLayoutEffect(() => {
    if (!focused.current) return;
    const { field, part } = focused.current;
    focused.current = null;
    list.current.querySelector(`[data-field="${field}"] .${part}`)?.focus();
  });

  function move(from, to, part) {
    if (to < 0 || to >= fields.length || from === to) return;
    const moved = fields.toSpliced(from, 1).toSpliced(to, 0, fields[from]);
    if (part) focused.current = { field: fields[from], part };
    setSaid(t.moved(headers[fields[from]], to + 1, fields.length));
    onChange(moved);
  }

  function remove(place) {
    focused.current = { field: fields[place + 1] || fields[place - 1], part: "remove" };
    setSaid(t.removed(headers[fields[place]]));
    onChange(fields.toSpliced(place, 1));
  }

  function drag(event) {
    if (dragged < 0) return;
    const rows = [...list.current.children];
    const over = rows.findIndex((row) => event.clientY < row.getBoundingClientRect().bottom);
    const to = over < 0 ? rows.length - 1 : over;
    if (to !== dragged) {
      move(dragged, to);
      setDragged(to);
    }
  }

  function take(event, place) {
    if (event.button) return;
    event.preventDefault();
    event.currentTarget.focus();
    list.current.setPointerCapture(event.pointerId);
    setDragged(place);
  }

  return html`<div class="chosen">
    <h3>${t.order}</h3>
    <p class="hint">${t.orderHint}</p>
    <p class="fixed"><span>id</span> <small>${t.always}</small></p>
    <ol ref=${list} onPointerMove=${drag} onPointerUp=${() => setDragged(-1)} onPointerCancel=${() => setDragged(-1)}>
      ${fields.map((field, place) => html`<li key=${field} data-field=${field} class=${dragged === place ? "dragged" : ""}>
        <button type="button" class="grip" aria-label=${t.handle(headers[field], place + 1, fields.length)}
          onPointerDown=${(event) => take(event, place)}
          onKeyDown=${(event) => { if (event.key in STEPS) { event.preventDefault(); move(place, place + STEPS[event.key], "grip"); } }}>
          <${Icon} name="grip" /></button>
        <span>${headers[field] || field}</span>
        <${Button} kind="up" icon="up" label=${t.up(headers[field])} disabled=${place === 0} onClick=${() => move(place, place - 1, "up")} />
        <${Button} kind="down" icon="down" label=${t.down(headers[field])} disabled=${place === fields.length - 1} onClick=${() => move(place, place + 1, "down")} />
        <${Button} kind="remove" icon="close" label=${t.remove(headers[field])} onClick=${() => remove(place)} />
      </li>`)}
    </ol>
    ${children}
    <p class="unseen" aria-live="assertive">${said}</p>
  </div>`;
}
