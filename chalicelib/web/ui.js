// The small parts of every view.

import { Unreachable } from "./api.js";
import { onRetry, reportAnswered, reportWaiting, retrySeconds } from "./connection.js";
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from "./preact.js";
import { texts } from "./texts.js";

const PATHS = {
  again: "M4 12a8 8 0 1 1 2.5 5.8M4 19v-5h5",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  code: "M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 7v10",
  down: "M12 5v14m-6-6l6 6 6-6",
  download: "M12 4v11m-5-5l5 5 5-5M5 20h14",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  gift: "M4 10h16v4H4zM6 14v6h12v-6M12 10v10M12 10c-6 0-5-6-2-5 2 .5 2 5 2 5zm0 0c6 0 5-6 2-5-2 .5-2 5-2 5z",
  grip: "M9 6h.01M9 12h.01M9 18h.01M15 6h.01M15 12h.01M15 18h.01",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  offline: "M3 3l18 18M5 11a11 11 0 0 1 4-2.5M12 8a11 11 0 0 1 7 3M8.5 14.5a5 5 0 0 1 7 0M12 19h.01",
  plus: "M12 5v14M5 12h14",
  product: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  up: "M12 19V5m-6 6l6-6 6 6",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
};

export const Icon = ({ name }) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;

export const Mark = () => html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="7" /><path d="M9 6h10l5 5v15H9z" /><path d="M19 6v5h5M16.5 13v8m-3.5-3.5l3.5 3.5 3.5-3.5" />
</svg>`;

/** A button. With `label` it shows only its icon, and the label is for screen readers and the tooltip. */
export function Button({ icon, label, kind = "", busy = false, children, ...rest }) {
  return html`<button type="button" class="button ${kind} ${label ? "bare" : ""}" aria-label=${label} title=${label}
    aria-disabled=${busy ? "true" : undefined} ...${busy ? { ...rest, onClick: undefined } : rest}>
    ${busy ? html`<span class="spinner" />` : icon && html`<${Icon} name=${icon} />`}${children}
  </button>`;
}

/** A control with label, hint and error. `control` gets the attributes that connect them. */
export function Field({ label, hint, error, control }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control({ id, "aria-describedby": described, "aria-invalid": error ? "true" : undefined })}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}

export const Select = ({ label, hint, error, value, options, onChange }) =>
  html`<${Field} label=${label} hint=${hint} error=${error} control=${(bound) =>
    html`<select ...${bound} value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${options.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
    </select>`} />`;

export const Input = ({ label, hint, error, value, onInput, type = "text", ...rest }) =>
  html`<${Field} label=${label} hint=${hint} error=${error} control=${(bound) =>
    html`<input ...${bound} ...${rest} type=${type} value=${value} onInput=${(event) => onInput(event.target.value)} />`} />`;

/** A choice of a few options: radio buttons that look like a switch. */
export function Choice({ legend, name, value, options, onChange }) {
  return html`<fieldset class="choice">
    <legend>${legend}</legend>
    <div class="choices">
      ${options.map(([key, text, icon]) => html`<label>
        <input type="radio" name=${name} value=${key} checked=${key === value} onChange=${() => onChange(key)} />
        <span>${icon && html`<${Icon} name=${icon} />`}${text}</span>
      </label>`)}
    </div>
  </fieldset>`;
}

export const Check = ({ checked, onChange, children }) =>
  html`<label class="check">
    <input type="checkbox" checked=${checked} onChange=${(event) => onChange(event.target.checked)} /><span>${children}</span>
  </label>`;

/** A field that searches. */
export const Search = ({ label, placeholder = label, value, onInput }) =>
  html`<label class="search"><span class="unseen">${label}</span><${Icon} name="search" />
    <input type="search" placeholder=${placeholder} value=${value} onInput=${(event) => onInput(event.target.value)} /></label>`;

/** A row of a list of choices: a check box, or with a `group` a radio button. */
export const Option = ({ group, checked, onChange, hint, children }) =>
  html`<label class="option">
    <input type=${group ? "radio" : "checkbox"} name=${group} checked=${checked} onChange=${(event) => onChange(event.target.checked)} />
    <span>${children}</span>${hint && html`<small>${hint}</small>`}
  </label>`;

/** A message in place of content: an empty list, or an error. */
export const Notice = ({ icon, title, children, kind = "", heading = "h2" }) =>
  html`<div class="notice ${kind}" role=${kind === "bad" ? "alert" : undefined}><${Icon} name=${icon} /><${heading}>${title}<//>${children}</div>`;

export const Loading = ({ lines = 3 }) =>
  html`<div class="loading" role="status"><span class="unseen">${texts.loading}</span>
    ${Array.from({ length: lines }, () => html`<span class="bone" />`)}
  </div>`;

/** A button that opens a panel over the page. Escape, Enter in a field, and a click elsewhere close the panel. */
export function Popup({ label, text, icon, kind = "", children }) {
  const id = useId();
  const button = useRef(null);
  const panel = useRef(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!isOpen) return undefined;
    const place = () => placePanel(panel.current, button.current);
    place();
    focusFirst(panel.current);
    window.addEventListener("resize", place);
    window.addEventListener("scroll", place, true);
    return () => {
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", place, true);
    };
  }, [isOpen]);
  const close = (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    panel.current.hidePopover();
  };
  return html`<button type="button" class="button ${kind}" ref=${button} popovertarget=${id} aria-expanded=${isOpen ? "true" : "false"}>
      ${icon && html`<${Icon} name=${icon} />`}<span class=${text ? "" : "unseen"}>${text || label}</span></button>
    <div class="panel" id=${id} ref=${panel} popover="auto" role="dialog" aria-label=${label} onKeyDown=${close}
      onToggle=${(event) => event.target === panel.current && setOpen(event.newState === "open")}>${isOpen && children}</div>`;
}

/** Focus the first control in a panel. */
export const focusFirst = (panel) => panel?.querySelector("input, select, textarea, button")?.focus();

/** Return a reference to an element. If a render takes the focused control away, the element's first control gets the focus. */
export function useKeptFocus() {
  const place = useRef(null);
  const hadFocus = Boolean(place.current?.contains(document.activeElement));
  useLayoutEffect(() => { if (hadFocus && document.activeElement === document.body) focusFirst(place.current); });
  return place;
}

const PANEL_GAP = 6; // pixels
const MIN_PANEL_HEIGHT = 280; // pixels; with less space below, the panel opens above its button

/** Place a panel at its button, where there is space. On phones the style sheet puts it at the bottom. */
function placePanel(panel, button) {
  const { top, bottom, left } = button.getBoundingClientRect();
  const below = innerHeight - bottom - 2 * PANEL_GAP;
  const isBelow = below >= MIN_PANEL_HEIGHT || below > top;
  panel.style.left = `${Math.max(PANEL_GAP, Math.min(left, innerWidth - panel.offsetWidth - 2 * PANEL_GAP))}px`;
  panel.style.top = isBelow ? `${bottom + PANEL_GAP}px` : "auto";
  panel.style.bottom = isBelow ? "auto" : `${innerHeight - top + PANEL_GAP}px`;
  panel.style.maxHeight = `${isBelow ? below : top - 2 * PANEL_GAP}px`;
}

/** Ask before an action that cannot be undone. */
export function Confirm({ title, text, action, onYes, onNo }) {
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} aria-labelledby=${id} onClose=${onNo}>
    <h2 id=${id}>${title}</h2>
    <p>${text}</p>
    <div class="row end">
      <${Button} onClick=${() => dialog.current.close()}>${texts.keep}<//>
      <${Button} kind="danger" icon="trash" onClick=${onYes}>${action}<//>
    </div>
  </dialog>`;
}

/**
 * Return what `load` resolves with, `delay` ms after `inputs` last changed. Answers for earlier inputs are ignored.
 * Until the new answer is there, `data` belongs to earlier inputs and `isOld` is true. While the service does not
 * answer, the question waits and is asked again; other errors are returned.
 */
export function useAnswer(load, inputs, delay = 0) {
  const key = JSON.stringify(inputs);
  const [answer, setAnswer] = useState({ data: null, error: null, loading: true });
  const [again, setAgain] = useState(0);
  const asker = useRef({ waits: false }).current;
  useEffect(() => {
    let wanted = true;
    let failures = 0;
    let timer = setTimeout(attempt, delay);
    setAnswer((before) => ({ ...before, error: null, loading: true }));

    async function attempt() {
      const result = await load().then((data) => ({ data, key, error: null }), (error) => ({ error }));
      if (!wanted) return;
      asker.waits = result.error instanceof Unreachable;
      if (asker.waits) {
        reportWaiting(asker, result.error.message);
        timer = setTimeout(attempt, retrySeconds(++failures) * 1000);
        return;
      }
      reportAnswered(asker);
      setAnswer((before) => ({ ...before, ...result, loading: false }));
    }

    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [key, again]);
  useEffect(() => {
    const stop = onRetry(() => asker.waits && setAgain((count) => count + 1));
    return () => {
      stop();
      reportAnswered(asker);
    };
  }, []);
  return { ...answer, isOld: answer.key !== key, retry: () => setAgain((count) => count + 1) };
}

/** A part whose code is loaded when it is first opened, so that the first view is small. */
export function Later({ load, ...rest }) {
  const { data, error, retry } = useAnswer(async () => ({ View: await load() }), []);
  if (error) return html`<${Notice} icon="offline" kind="bad" title=${texts.errors.title}><p>${texts.errors.unreachable}</p>
    <${Button} icon="again" onClick=${retry}>${texts.tryAgain}<//><//>`;
  return data ? html`<${data.View} ...${rest} />` : html`<${Loading} lines=${6} />`;
}

/** Return the time, updated every `seconds` while `running`. */
export function useNow(running, seconds = 1) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), seconds * 1000);
    return () => clearInterval(timer);
  }, [running, seconds]);
  return now;
}
