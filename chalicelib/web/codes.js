// The choice of gift cards and voucher codes by their codes. A code is as good as money: the page keeps only its end.

import { findCodes } from "./find.js";
import { listed } from "./format.js";
import { codesOf, wrongIds } from "./ids.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { texts } from "./texts.js";
import { Button, Field } from "./ui.js";

const LINES = 4;

/** `add` takes the records that the codes and IDs in the field name. What is not found stays in the field. */
export function Codes({ type, words, add }) {
  const t = texts.records;
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const adding = useRef(null);
  adding.current = add;
  // An answer that comes after the panel is closed could belong to another form.
  useEffect(() => () => { adding.current = null; }, []);
  const given = codesOf(text, type);
  const ids = given.filter((one) => !wrongIds([one], type).length);
  const codes = given.filter((one) => !ids.includes(one));

  async function resolve() {
    setBusy(true);
    setProblem("");
    try {
      const { found, unknown } = await findCodes(type, codes);
      adding.current?.([...ids.map((id) => ({ id })), ...found]);
      setText(unknown.join("\n"));
      setProblem(unknown.length ? t.unknown(listed(unknown), unknown.length) : "");
    } catch (error) {
      setProblem(error.message);
    }
    setBusy(false);
  }
  return html`<${Field} label=${words.find} hint=${words.idsHint} control=${(bound) => html`<textarea ...${bound} rows=${LINES} value=${text} disabled=${busy}
      autocomplete="off" autocapitalize="off" spellcheck="false" onInput=${(event) => setText(event.target.value)} />`} />
    ${problem && html`<p class="error" role="alert">${problem}</p>`}
    ${given.length > 0 && html`<${Button} icon="plus" busy=${busy} onClick=${resolve}>${codes.length ? t.addCodes(given.length) : t.addIds(ids.length)}<//>`}`;
}
