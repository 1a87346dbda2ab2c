// The client of the service's GraphQL API, and the errors that the page distinguishes.

import { currentToken, endSession } from "./session.js";
import { texts } from "./texts.js";

// This file is …/page/{version}/api.js, two folders below the service. The path before it can hold a gateway stage.
const ENDPOINT = new URL("../../graphql", import.meta.url);
const ANSWER_SECONDS = 30; // API Gateway gives up after 29

/** The service did not answer or is busy. Another attempt may succeed. */
export class Unreachable extends Error {}
/** Something before the service refused the request: API Gateway, a firewall, a proxy. */
export class Blocked extends Unreachable {}
/** The token is not accepted, or not any more. */
export class SignedOut extends Error {}
/** The service refused the request. The message is a sentence for people; `field` names the wrong input. */
export class Refused extends Error {
  constructor(message, field = null) {
    super(message);
    this.field = field;
  }
}

/** Return the data of a query. Fields below the root that the person may not read are null, without an error. */
export async function ask(query, variables = {}, key = "") {
  const asker = currentToken();
  const answer = await post({ query, variables }, key);
  const errors = answer.errors || [];
  const denied = errors.find((error) => codeOf(error) === "PermissionDenied" && (error.path || []).length <= 1);
  if (denied && !(await isKnown(asker))) {
    if (asker === currentToken()) endSession("expired");
    throw new SignedOut(texts.errors.expired);
  }
  const fatal = errors.find((error) => (error.path || []).length <= 1);
  if (fatal && codeOf(fatal) === "Unavailable") throw new Unreachable(texts.errors.busy);
  // Its message is for developers, and English.
  if (fatal && codeOf(fatal) === "InternalServerError") throw new Refused(texts.errors.unexpected(500));
  if (fatal) throw new Refused(denied ? texts.errors.denied : fatal.message);
  return answer.data;
}

/** Return the export of a mutation; Refused with the first error of the payload. `key` makes repeating the call safe. */
export async function change(mutation, variables, key) {
  const data = await ask(mutation, variables, key).catch((error) => {
    const lost = error instanceof Unreachable && !(error instanceof Blocked);
    throw lost ? new Unreachable(navigator.onLine ? texts.errors.unsent : texts.errors.unsentOffline) : error;
  });
  const [payload] = Object.values(data);
  const [error] = payload.errors;
  if (error) throw new Refused(error.message, error.field);
  return payload.exportFile;
}

/** Return the payload of a mutation that is safe to repeat; Refused with its first error. */
export async function changeSafely(mutation, variables) {
  const [payload] = Object.values(await ask(mutation, variables));
  const [error] = payload.errors;
  if (error) throw new Refused(error.message, error.field);
  return payload;
}

/** Return a link to the file, signed now. The service records who asked. */
export async function fetchDownloadUrl(id) {
  const headers = { Accept: "application/json", Authorization: `Bearer ${currentToken()}` };
  const answer = await send(new URL(`../../exports/${encodeURIComponent(id)}/file`, import.meta.url), { headers });
  if (answer.body?.url) return answer.body.url;
  if (answer.status === 404 || answer.status === 410) throw new Refused(texts.errors.noFile);
  throw refusal(answer.status);
}

export const newKey = () => crypto.randomUUID();

async function isKnown(asker) {
  if (!asker || asker !== currentToken()) return false;
  const { data } = await post({ query: "{me{user{id} app{id}}}" });
  return Boolean(data?.me?.user || data?.me?.app);
}

async function post(body, key = "") {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${currentToken()}`, "Waybill-Language": texts.locale };
  if (key) headers["Idempotency-Key"] = key;
  const answer = await send(ENDPOINT, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.body?.data && !answer.body?.errors?.length) throw refusal(answer.status);
  return answer.body;
}

/** Return the error for an answer that is not the service's own: from API Gateway, a firewall or a proxy. */
function refusal(status) {
  const { expired, blocked, tooLarge, unexpected } = texts.errors;
  if (status === 401) {
    endSession("expired");
    return new SignedOut(expired);
  }
  if (status === 413) return new Refused(tooLarge);
  return new Blocked(status === 403 ? blocked : unexpected(status));
}

/** Return status and JSON body of an answer, null for another body; Unreachable if there is no answer. */
async function send(target, options) {
  let answer;
  let text;
  try {
    const signal = AbortSignal.timeout(ANSWER_SECONDS * 1000);
    answer = await fetch(target, { ...options, credentials: "omit", cache: "no-store", signal });
    text = await answer.text();
  } catch {
    throw new Unreachable(navigator.onLine ? texts.errors.unreachable : texts.errors.offline);
  }
  if (answer.status >= 500 || answer.status === 429) throw new Unreachable(texts.errors.busy);
  const body = parsed(text);
  // A captive portal or a sleeping proxy answers 200 with a page of its own.
  if (answer.ok && !body) throw new Unreachable(texts.errors.unreachable);
  return { status: answer.status, body };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const codeOf = (error) => error.extensions?.exception?.code;
