// The choice of a language, at the end of each view.

import { LANGUAGES, chooseLanguage } from "./language.js";
import { html } from "./preact.js";
import { texts } from "./texts.js";
import { Button } from "./ui.js";

export const LanguageChoice = () => html`<footer class="languages" aria-label=${texts.language}>
  ${Object.entries(LANGUAGES).map(([code, name]) => html`<${Button} kind="quiet" lang=${code} aria-pressed=${code === texts.locale ? "true" : "false"}
    onClick=${() => chooseLanguage(code)}>${name}<//>`)}
</footer>`;
