// Firefox, driven through WebDriver BiDi: what people see, press and get.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";

const WAIT_SECONDS = 60; // an export on a busy machine
const LOOK_MS = 100;
const DESKTOP = { width: 1280, height: 900 };

/** Start Firefox with English pages. Its downloads go to a folder without a question. */
export const startFirefox = (executablePath, folder) => puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  defaultViewport: DESKTOP,
  extraPrefsFirefox: {
    "intl.accept_languages": "en-US, en",
    "browser.download.folderList": 2,
    "browser.download.dir": folder,
    "browser.download.alwaysOpenPanel": false,
  },
});

/** Return what `look` finds as soon as it finds something; Error that names it if that takes too long. */
export async function until(name, look) {
  const deadline = Date.now() + WAIT_SECONDS * 1000;
  let cause;
  while (Date.now() < deadline) {
    // A look fails while the browser goes from one page to another.
    const found = await look().catch((error) => void (cause = error));
    if (found) return found;
    await sleep(LOOK_MS);
  }
  throw new Error(`waited ${WAIT_SECONDS} s for ${name}`, { cause });
}

/** Return the first visible element of a selector with these words in its label or text. */
export const find = (page, selector, words = "") => until(`${selector} "${words}"`, async () => {
  const handle = await page.evaluateHandle(firstOf, selector, words);
  return handle.asElement();
});

/** Runs in the page. */
function firstOf(selector, words) {
  const isMeant = (one) => [one.ariaLabel, one.innerText].some((text) => text?.includes(words));
  return [...document.querySelectorAll(selector)].find((one) => one.checkVisibility() && isMeant(one));
}

export const press = async (page, selector, words) => (await find(page, selector, words)).click();

/** Return the text of an element once it matches a pattern. */
export const textOf = (page, selector, pattern = /\S/) => until(`${selector} with ${pattern}`, async () => {
  const text = await page.evaluate((one) => document.querySelector(one)?.innerText ?? "", selector);
  return pattern.test(text) && text.trim();
});

/** Return name and bytes of the file that arrives in the folder because of `work`. */
export async function downloaded(folder, work) {
  const before = new Set(await readdir(folder));
  await work();
  return until("a download", async () => {
    const names = await readdir(folder);
    const name = names.find((one) => !before.has(one));
    if (!name || names.some((one) => one.endsWith(".part"))) return null;
    const bytes = await readFile(join(folder, name));
    return bytes.length && { name, bytes };
  });
}
