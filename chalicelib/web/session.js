// The session. Tokens are kept in the memory of this module only: storage and address can leak to other code.

import { followLocale } from "./language.js";

export const config = JSON.parse(document.querySelector("meta[name=waybill]").content);

const PENDING_KEY = "waybill.sign-in"; // state and verifier of a sign-in that is under way, never a token
const ISSUER_KEY = "waybill.issuer"; // the issuer of the last sign-in, so that a reload can sign in again
const RENEW_SECONDS_BEFORE = 60;
const MIN_TOKEN_SECONDS = 60; // a token that ends sooner is refused for another reason than its age
const HANDSHAKE_SECONDS = 8;
// The sections of a dashboard that open these pages.
const SECTION = /^(.*?\/)(?:products|gift-cards|discounts|extensions|apps)(?:\/|$)/;
const embedded = window.parent !== window;
// Any https site may frame these routes (framed_pages.py). Only the dashboard's token counts there.
const framed = Boolean(config.frame);

let token = "";
let refreshToken = "";
let tokenAt = 0;
let renewal = 0;
let parentOrigin = "";
let dashboardPath = "";
const listeners = new Set();

export const isEmbedded = () => embedded || framed;
export const currentToken = () => token;

/** Call `listener({signedIn, reason})` on every change. Return a function that ends this. */
export function onSession(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notifyListeners(reason = "") {
  for (const listener of listeners) listener({ signedIn: Boolean(token), reason });
}

/** Find a token: in the address, from the dashboard, from the issuer. Resolve with "", or the reason without one. */
export async function startSession() {
  if (framed) return embedded ? listenToParent() : "outside";
  window.addEventListener("hashchange", () => takeFragment() && notifyListeners());
  if (takeFragment()) return "";
  if (embedded) return listenToParent();
  const query = new URLSearchParams(location.search);
  if (query.has("state") && (query.has("code") || query.has("error"))) return finishSignIn(query);
  return (await signInAgain()) ? "leaving" : "none";
}

/** Go to the issuer of the last sign-in, which may still know the person. Return whether there is one. */
async function signInAgain() {
  const issuer = config.issuers.find((one) => one.issuer === localStorage.getItem(ISSUER_KEY));
  if (issuer) await signIn(issuer, "none");
  return Boolean(issuer);
}

/** Use the token of a link that ends in #token=…, as local runs print it, and remove it from the address at once. */
function takeFragment() {
  const found = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!found) return false;
  history.replaceState(null, "", location.pathname + location.search);
  if (!config.tokenInAddress) return false;
  // The link of a local run signs in at its only issuer too, so that a reload finds the person there.
  if (config.issuers.length === 1) localStorage.setItem(ISSUER_KEY, config.issuers[0].issuer);
  useToken(found);
  return true;
}

/** Sign in with a token. A renewed token replaces the old one without a reload of the views. */
export function useToken(given, { renewed = false } = {}) {
  const silent = renewed && Boolean(token);
  token = given.trim();
  tokenAt = Date.now();
  if (!silent) notifyListeners();
}

/** Forget the token. `reason` selects the message on the sign-in page. The issuer renews an expired session if it can. */
export async function endSession(reason) {
  const isOld = Date.now() - tokenAt > MIN_TOKEN_SECONDS * 1000;
  token = refreshToken = "";
  clearTimeout(renewal);
  if (reason === "left") localStorage.removeItem(ISSUER_KEY);
  if (embedded) askParent();
  else if (reason === "expired" && isOld && (await signInAgain().catch(() => false))) return;
  notifyListeners(reason);
}

// --- OpenID Connect: authorization code with PKCE ---

/** Go to the issuer. With `prompt` "none" it returns at once if the person is not signed in there. */
export async function signIn(issuer, prompt = "") {
  const { authorization_endpoint: endpoint } = await endpointsOf(issuer);
  const verifier = randomText();
  // The service reads the shop from the state, so that the page after the sign-in has its issuers.
  const state = `${randomText()}.${config.shop}`;
  const back = location.search + location.hash;
  sessionStorage.setItem(PENDING_KEY, JSON.stringify({ issuer: issuer.issuer, verifier, state, back, prompt }));
  const target = new URL(endpoint);
  const asked = {
    response_type: "code",
    client_id: issuer.clientId,
    redirect_uri: pageAddress(),
    scope: issuer.scope,
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: "S256",
    ...(issuer.audience && { audience: issuer.audience }),
    ...(prompt && { prompt }),
  };
  for (const [name, value] of Object.entries(asked)) target.searchParams.set(name, value);
  // An address that asks the issuer again whenever it is shown would end every way back.
  if (prompt === "none") location.replace(target);
  else location.assign(target);
}

async function finishSignIn(query) {
  const pending = JSON.parse(sessionStorage.getItem(PENDING_KEY) || "{}");
  sessionStorage.removeItem(PENDING_KEY);
  const known = pending.state && pending.state === query.get("state");
  history.replaceState(null, "", location.pathname + (known ? pending.back : ""));
  const issuer = config.issuers.find((one) => one.issuer === pending.issuer);
  if (!known || !issuer) return "failed";
  if (query.has("error")) {
    localStorage.removeItem(ISSUER_KEY);
    // Without a prompt, an error says only that the person has to do something there: log in, consent, choose.
    return pending.prompt === "none" ? "none" : "failed";
  }
  const given = { grant_type: "authorization_code", code: query.get("code"), redirect_uri: pageAddress() };
  return fetchTokens(issuer, { ...given, code_verifier: pending.verifier });
}

async function fetchTokens(issuer, given) {
  try {
    const { token_endpoint: endpoint } = await endpointsOf(issuer);
    const body = new URLSearchParams({ ...given, client_id: issuer.clientId });
    const answer = await fetch(endpoint, { method: "POST", body, credentials: "omit" });
    if (!answer.ok) return "failed";
    const found = await answer.json();
    if (!found[issuer.token]) return "failed";
    localStorage.setItem(ISSUER_KEY, issuer.issuer);
    renewLater(issuer, found);
    useToken(found[issuer.token], { renewed: true });
    return "";
  } catch {
    return "failed";
  }
}

/** Renew the token before it expires, if the issuer gave a refresh token. */
function renewLater(issuer, found) {
  refreshToken = found.refresh_token || "";
  clearTimeout(renewal);
  if (!refreshToken || !found.expires_in) return;
  const seconds = Math.max(found.expires_in - RENEW_SECONDS_BEFORE, 10);
  const renew = () => fetchTokens(issuer, { grant_type: "refresh_token", refresh_token: refreshToken });
  renewal = setTimeout(renew, Math.min(seconds * 1000, 2 ** 31 - 1));
}

async function endpointsOf(issuer) {
  const known = { authorization_endpoint: issuer.authorizationEndpoint, token_endpoint: issuer.tokenEndpoint };
  if (known.authorization_endpoint && known.token_endpoint) return known;
  const url = `${issuer.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const answer = await fetch(url, { credentials: "omit" });
  if (!answer.ok) throw new Error("discovery failed");
  const found = await answer.json();
  if (found.issuer !== issuer.issuer) throw new Error("the discovery document names another issuer");
  return {
    authorization_endpoint: known.authorization_endpoint || found.authorization_endpoint,
    token_endpoint: known.token_endpoint || found.token_endpoint,
  };
}

const pageAddress = () => location.origin + location.pathname;

function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// --- Embedded: the dashboard around the page passes a token, with the messages of Saleor's app bridge ---

function listenToParent() {
  return new Promise((resolve) => {
    const tooLate = setTimeout(() => resolve("unanswered"), HANDSHAKE_SECONDS * 1000);
    if (framed) showTheme(new URLSearchParams(location.search).get("theme"));
    window.addEventListener("message", ({ source, origin, data }) => {
      if (source !== window.parent || !isAccepted(origin)) return;
      if (data?.type === "theme") showTheme(data.payload?.theme);
      if (data?.type === "localeChanged") followLocale(data.payload?.locale);
      if (data?.type === "redirect") noteDashboardPath(data.payload?.path);
      if (!["handshake", "tokenRefresh"].includes(data?.type) || typeof data.payload?.token !== "string") return;
      clearTimeout(tooLate);
      parentOrigin = origin;
      useToken(data.payload.token, { renewed: true });
      resolve("");
    });
    askParent();
  });
}

/** Return whether messages of this origin count. In a dashboard of any origin, the first one does. */
function isAccepted(origin) {
  if (!framed) return config.embedOrigins.includes(origin);
  parentOrigin ||= origin;
  return origin === parentOrigin;
}

const showTheme = (theme) => {
  if (["dark", "light"].includes(theme)) document.documentElement.dataset.theme = theme;
};

/** Note where the dashboard is below its origin. It says at which of its own addresses it is. */
function noteDashboardPath(path) {
  const [, base] = SECTION.exec(path) || [];
  if (base) dashboardPath = base;
}

/** Return the address of the dashboard around the page, "" if there is none. */
export const dashboardAddress = () => (framed && parentOrigin ? parentOrigin + dashboardPath : "");

const askParent = () => sendAction("notifyReady");

/** Show a message as the dashboard shows its own. Return whether a dashboard is there to do so. */
export function notifyDashboard(title, kind) {
  if (framed && parentOrigin) sendAction("notification", { title, status: kind === "bad" ? "error" : "success" });
  return framed && Boolean(parentOrigin);
}

function sendAction(type, payload = {}) {
  // The origin is unknown before the first message, and "notifyReady" says nothing that is secret.
  const targets = parentOrigin ? [parentOrigin] : framed ? ["*"] : config.embedOrigins;
  const action = { type, payload: { actionId: crypto.randomUUID(), ...payload } };
  for (const origin of targets) window.parent.postMessage(action, origin);
}
