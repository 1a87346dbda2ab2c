// The start of the page, and its frame: who is signed in, which view is shown, and messages for every view.

import { ask, fetchDownloadUrl } from "./api.js";
import { retryAll, useWaiting } from "./connection.js";
import { ConfirmDashboard } from "./dashboard.js";
import { download } from "./download.js";
import { allowedTypes, EXPORT_TYPES } from "./export-types.js";
import { Exports } from "./exports.js";
import { forgetDraft } from "./form.js";
import { stateOf } from "./format.js";
import { LanguageChoice } from "./language-choice.js";
import { onLanguage, startLanguage } from "./language.js";
import { Link } from "./link.js";
import { allowNotices, notify, showTitle } from "./notices.js";
import { NO_FILTER, usePlace, VIEWS } from "./place.js";
import { html, render, useCallback, useEffect, useMemo, useRef, useState } from "./preact.js";
import { hasManyOfOthers, useExports } from "./polling.js";
import { ME } from "./queries.js";
import { config, endSession, isEmbedded, notifyDashboard, onSession, startSession } from "./session.js";
import { SignIn } from "./sign-in.js";
import { Start } from "./start.js";
import { texts } from "./texts.js";
import { Button, Icon, Later, Mark, Notice, useAnswer } from "./ui.js";

const TOAST_SECONDS = 6;
const ACTION_SECONDS = 20; // a toast with a button must be reachable by keyboard

function App() {
  const [session, setSession] = useState({ starting: true, signedIn: false, reason: "" });
  const [language, setLanguage] = useState(texts.locale);
  useEffect(() => onLanguage(setLanguage), []);
  useEffect(() => {
    const stop = onSession((changed) => {
      if (changed.reason === "left") forgetDraft();
      setSession((before) => ({ starting: false, turn: (before.turn || 0) + 1, ...changed }));
    });
    startSession()
      .catch(() => "failed")
      .then((reason) => reason && reason !== "leaving" && setSession({ starting: false, signedIn: false, reason }));
    return stop;
  }, []);
  // Until there is a view, the skeleton of the index is shown.
  if (session.starting) return null;
  if (!session.signedIn) return html`<${SignIn} key=${language} reason=${session.reason} />`;
  return html`<${SignedIn} key="${session.turn} ${language}" />`;
}

function SignedIn() {
  const me = useAnswer(async () => (await ask(ME)).me, []);
  const waiting = useWaiting();
  useEffect(() => {
    if (me.data && !me.data.user && !me.data.app) endSession("refused");
  }, [me.data]);
  const problem = me.data ? "" : me.error?.message || waiting;
  if (problem) {
    return html`<main class="lone"><${Notice} icon="offline" kind="bad" heading="h1" title=${texts.errors.title}>
      <p>${problem}</p><${Button} kind="primary" icon="again" onClick=${me.retry}>${texts.tryAgain}<//>
    <//></main>`;
  }
  // The effect above ends the session of an unknown token; until then there is nothing to show.
  if (!me.data?.user && !me.data?.app) return null;
  const types = offeredTypes(me.data.permissions);
  if (!types.length) {
    return html`<main class="lone"><${Notice} icon="warning" heading="h1" title=${texts.nothingAllowed.title}>
      <p>${texts.nothingAllowed.text(nameOf(me.data))}</p>
      ${!isEmbedded() && html`<${Button} onClick=${() => endSession("left")}>${texts.signOut}<//>`}
    <//></main>`;
  }
  return html`<${Workplace} me=${me.data} types=${types} />`;
}

/** Return the types that the person may export here. A popup in a dashboard is about one type. */
function offeredTypes(permissions) {
  const allowed = allowedTypes(permissions);
  return config.frame in EXPORT_TYPES ? allowed.filter((type) => type === config.frame) : allowed;
}

function Workplace({ me, types }) {
  const [place, go, replace] = usePlace(types);
  const { view, id, filter, page } = place;
  const [toast, say] = useToast();
  const toasts = useAboveBar(toast, view);
  const mine = useMemo(() => (me.user ? { user: me.user.email } : { app: me.app.name }), [me]);
  const onEnd = useCallback((ended, isOwn) => {
    if (!isMine(ended, mine)) return;
    const fetchFile = () => fetchDownloadUrl(ended.id).then(download).catch((failure) => say(failure.message, "bad"));
    const state = stateOf(ended);
    const action = state === "SUCCESS" && { icon: "download", label: texts.acts.download, onClick: fetchFile };
    say(texts.ended(ended, state), state === "FAILED" ? "bad" : "good", action);
    // The file arrives by itself in the tab that asked for it.
    if (isOwn && state === "SUCCESS") fetchFile();
    notify(ended);
  }, []);
  const { q, ...asked } = filter;
  const exports = useExports({ filter: { ...asked, mine }, page: q ? {} : page, isSearch: Boolean(q) }, onEnd);
  useOwnFirst(place, mine, replace);
  const waiting = useWaiting();
  useEffect(() => showTitle(texts.views[view], exports.list?.exports || []), [view, exports.list]);
  useEffect(beginAtTop, [view]);

  const open = (other, opened = "") => go({ ...place, view: other, id: opened });
  // A typed text changes with each key. Back would undo it letter by letter.
  const choose = (changed) => (["q", "name"].includes(Object.keys(changed).join()) ? replace : go)({ view, filter: { ...filter, ...changed } });
  const turnTo = (other) => {
    go({ view, filter, page: other });
    scrollTo({ top: 0 });
  };
  const onStarted = async (started) => {
    allowNotices();
    go({ view: "exports", filter: { ...NO_FILTER, who: filter.who === "me" ? "me" : "" } });
    await exports.refresh(started);
  };
  return html`
    <a class="skip" href="#main" onClick=${skipToMain}>${texts.skip}</a>
    <${Header} me=${me} place=${place} go=${go} running=${(exports.list?.exports || []).filter(isPending).length} />
    ${waiting && view !== "exports" && html`<p class="banner" role="alert"><${Icon} name="offline" />${waiting}
      <${Button} kind="quiet" icon="again" onClick=${retryAll}>${texts.tryAgain}<//></p>`}
    <main id="main" tabindex="-1">
      <${ConfirmDashboard} me=${me} say=${say} />
      ${view === "new" && html`<${Start} types=${types} onStarted=${onStarted} />`}
      ${view === "exports" && html`<${Exports} exports=${exports} types=${types} filter=${filter} choose=${choose}
        turnTo=${turnTo} opened=${id} go=${open} say=${say} />`}
      ${view === "overview" && html`<${Later} load=${() => import("./overview.js").then((module) => module.Overview)} go=${go} />`}
    </main>
    ${!config.frame && html`<${LanguageChoice} />`}
    <div class="toasts" aria-live="polite" ref=${toasts}>${toast && html`<p class="toast ${toast.kind}" key=${toast.text}>
      <${Icon} name=${toast.kind === "bad" ? "warning" : "check"} /><span>${toast.text}</span>
      ${toast.action && html`<${Button} icon=${toast.action.icon} onClick=${toast.action.onClick}>${toast.action.label}<//>`}</p>`}</div>`;
}

/** Begin with one's own exports where those of others would hide them. A link that says whose exports is followed. */
function useOwnFirst(place, mine, replace) {
  const decided = useRef(false);
  useEffect(() => {
    if (place.view !== "exports" || place.filter.who || decided.current) return;
    decided.current = true;
    const { hash } = location;
    const show = (many) => many && location.hash === hash && replace({ ...place, filter: { ...place.filter, who: "me" } });
    hasManyOfOthers(mine).then(show, () => {});
  }, [place.view]);
}

const isMine = ({ user, app }, mine) => (mine.user ? user?.email === mine.user : app?.name === mine.app);

const isPending = ({ status }) => status === "PENDING";

function Header({ me, place, go, running }) {
  return html`<header class="top">
    <div class="brand"><${Mark} /><div><strong>Waybill</strong><span title=${me.shopName || me.shop}>${me.shopName || me.shop}</span></div></div>
    <nav aria-label=${texts.views.label}>
      ${VIEWS.map((one) => html`<${Link} place=${{ ...place, view: one, id: "" }} go=${go} aria-current=${place.view === one ? "page" : undefined}>
        ${texts.views[one]} ${one === "exports" && running > 0 && html`<span class="count">${running}<span class="unseen"> ${texts.running}</span></span>`}<//>`)}
    </nav>
    <div class="who"><span title=${nameOf(me)}>${nameOf(me)}</span>
      ${!isEmbedded() && html`<${Button} kind="quiet" onClick=${() => endSession("left")}>${texts.signOut}<//>`}</div>
  </header>`;
}

const nameOf = (me) => me.user?.email || me.app?.name || "";

/** Scroll a new view to its top. If the focused element is gone with the old view, the new view gets the focus. */
function beginAtTop() {
  scrollTo({ top: 0 });
  if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
}

function skipToMain(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

/** A short message for eyes and screen readers that disappears after a while. */
function useToast() {
  const [toast, setToast] = useState(null);
  const timer = useRef(0);
  const say = useCallback((text, kind = "good", action = null) => {
    // A dashboard shows the text only. The button for the action is in the page.
    if (notifyDashboard(text, kind) && !action) return;
    clearTimeout(timer.current);
    setToast({ text, kind, action });
    timer.current = setTimeout(() => setToast(null), (action ? ACTION_SECONDS : TOAST_SECONDS) * 1000);
  }, []);
  return [toast, say];
}

const TOAST_GAP = 10; // pixels

/** Return the reference of a message, which stands above the bar of a new export: it would hide its buttons for 20 seconds. */
function useAboveBar(toast, view) {
  const toasts = useRef(null);
  useEffect(() => {
    const bar = toast && document.querySelector(".bar");
    const place = () => { toasts.current.style.bottom = bar ? `${innerHeight - bar.getBoundingClientRect().top + TOAST_GAP}px` : ""; };
    place();
    if (!bar) return undefined;
    // What stands above the bar can grow after it has come.
    const observer = new ResizeObserver(place);
    observer.observe(bar.parentElement);
    window.addEventListener("scroll", place);
    return () => {
      observer.disconnect();
      window.removeEventListener("scroll", place);
    };
  }, [toast, view]);
  return toasts;
}

startLanguage().then(() => render(html`<${App} />`, document.getElementById("page")));
