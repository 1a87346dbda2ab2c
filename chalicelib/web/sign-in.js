// The sign-in page: with an issuer, with a token, or through the dashboard that embeds the page.

import { LanguageChoice } from "./language-choice.js";
import { showTitle } from "./notices.js";
import { html, useEffect, useState } from "./preact.js";
import { config, isEmbedded, signIn, useToken } from "./session.js";
import { texts } from "./texts.js";
import { Button, Icon, Input, Mark } from "./ui.js";

export function SignIn({ reason }) {
  const t = texts.signIn;
  useEffect(() => showTitle(t.windowTitle, []), []);
  return html`<main class="lone">
    <section class="card sign-in">
      <${Mark} />
      <div><h1>${t.title}</h1><p class="hint">${t.text}</p></div>
      ${t.reasons[reason] && html`<p class="banner" role="alert"><${Icon} name="warning" />${t.reasons[reason]}</p>`}
      ${isEmbedded() ? reason !== "outside" && html`<p>${t.embedded}</p>` : html`<${Ways} chosen=${reason === "left"} />`}
    </section>
    ${!config.frame && html`<${LanguageChoice} />`}
  </main>`;
}

function Ways({ chosen }) {
  const t = texts.signIn;
  const [failed, setFailed] = useState("");
  const leave = (issuer) => signIn(issuer, chosen ? "select_account" : "").catch(() => setFailed(t.reasons.failed));
  return html`
    ${config.issuers.map((issuer) => html`<${Button} kind="primary wide" onClick=${() => leave(issuer)}>${t.with(issuer.name)}<//>`)}
    ${failed && html`<p class="error" role="alert">${failed}</p>`}
    <details open=${!config.issuers.length}>
      <summary>${t.withToken}</summary>
      <${TokenForm} />
    </details>
    <details>
      <summary>${t.otherShop}</summary>
      <${ShopForm} />
    </details>`;
}

/** The page shows the issuers of one shop only. Its name in the address shows another shop's. */
function ShopForm() {
  const t = texts.signIn;
  const [name, setName] = useState(config.shop);
  const submit = (event) => {
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    query.set("shop", name.trim());
    location.search = query.toString();
  };
  return html`<form onSubmit=${submit} novalidate>
    <${Input} label=${t.shop} hint=${t.shopHint} value=${name} onInput=${setName} autocomplete="organization" spellcheck="false" />
    <button class="button wide">${t.showShop}</button>
  </form>`;
}

function TokenForm() {
  const t = texts.signIn;
  const [text, setText] = useState("");
  const [error, setError] = useState("");
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) useToken(text);
    else setError(t.missing);
  };
  return html`<form onSubmit=${submit} novalidate>
    <${Input} label=${t.token} hint=${t.tokenHint} error=${error} value=${text} onInput=${setText} type="password"
      autocomplete="off" spellcheck="false" />
    <button class="button wide">${t.use}</button>
  </form>`;
}
