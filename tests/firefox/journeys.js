// Five journeys through the page in Firefox. `make firefox` starts the service and then this file.
// node journeys.js URL FIREFOX

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloaded, find, press, startFirefox, textOf, until } from "./firefox.js";

const [url, executable] = process.argv.slice(2);
const PHONE = { width: 360, height: 740 };
const START = ".bar .primary";
const NEWEST = "li.export";
const XLSX_BYTES = [0x50, 0x4b, 0x03, 0x04]; // a ZIP archive

const JOURNEYS = {
  "Sign in and see the list": async ({ page }) => {
    await signIn(page);
    await find(page, `${NEWEST} h3`, "Product names");
    await textOf(page, `${NEWEST} .badge`, /^Ready$/);
  },

  "Make a price list of a category as Excel": async ({ page, folder }) => {
    await openForm(page);
    const all = await rowsToExport(page);
    await press(page, ".templates button", "Price list");
    await chooseCategory(page);
    const rows = await until("fewer rows", async () => {
      const fewer = await rowsToExport(page);
      return fewer < all && fewer;
    });
    await press(page, "label", "Excel");
    const file = await downloaded(folder, () => press(page, START));
    assert.match(file.name, /^Price list .*\.xlsx$/);
    assert.deepEqual([...file.bytes.subarray(0, 4)], XLSX_BYTES);
    await expectReady(page, "Price list", rows);
  },

  "Export the unused gift cards": async ({ page, folder }) => {
    await openForm(page);
    await press(page, "label", "Gift cards");
    await find(page, "p", "Used gift cards are left out.");
    await press(page, "label", "CSV");
    const rows = await rowsToExport(page);
    const file = await downloaded(folder, () => press(page, START));
    const [header, ...cards] = file.bytes.toString().trim().split(/\r?\n/);
    assert.match(header, /^Code,Initial balance,Current balance,/);
    assert.equal(cards.length, rows);
    await expectReady(page, "Gift cards", rows);
  },

  "Export again from the list": async ({ page, folder }) => {
    await signIn(page);
    await search(page, "Product names");
    const earlier = await downloaded(folder, () => press(page, `${NEWEST} button`, "Download"));
    await until("the end of the download", () => page.evaluate(() => !document.querySelector("li.export .spinner")));
    const later = await downloaded(folder, () => press(page, `${NEWEST} button`, "Export again"));
    assert.deepEqual(later.bytes, earlier.bytes);
    await until("a second export", () => page.evaluate((one) => document.querySelectorAll(one).length === 2, NEWEST));
  },

  "Use the page in German on a phone": async ({ page }) => {
    await page.setViewport(PHONE);
    await page.goto(url);
    await press(page, "button", "Deutsch");
    await expectToFit(page, "Exporte Ihres Shops");
    await enter(page);
    await expectToFit(page, "Exporte");
    await press(page, "nav a", "Neuer Export");
    await textOf(page, START, /Zeilen exportieren$/);
    await expectToFit(page, "Neuer Export");
    await press(page, "nav a", "Überblick");
    await expectToFit(page, "Überblick");
  },
};

async function signIn(page) {
  await page.goto(url);
  await enter(page);
  await textOf(page, "h1", /^Exports$/);
}

async function enter(page) {
  await press(page, ".sign-in .primary");
  await press(page, "a", "admin@example.com");
}

async function openForm(page) {
  await signIn(page);
  await press(page, "nav a", "New export");
}

/** Return the number in the button that starts the export. */
async function rowsToExport(page) {
  const [number] = (await textOf(page, START, /^\s*Export [\d,]+ rows?/)).match(/[\d,]+/);
  return Number(number.replaceAll(",", ""));
}

async function chooseCategory(page) {
  await press(page, ".chips button", "Filter");
  await press(page, ".panel button", "Categories");
  await press(page, ".panel label.check");
  await page.keyboard.press("Escape");
}

async function search(page, words) {
  await (await find(page, "input[type=search]")).type(words);
  await until("one export", () => page.evaluate((one) => document.querySelectorAll(one).length === 1, NEWEST));
}

async function expectReady(page, title, rows) {
  await textOf(page, `${NEWEST} h3`, new RegExp(`^${title}`));
  await textOf(page, `${NEWEST} .badge`, /^Ready$/);
  assert.equal(await textOf(page, `${NEWEST} .amount`), `${rows.toLocaleString("en")} rows`);
}

/** Expect German, this heading, and nothing wider than the phone. */
async function expectToFit(page, heading) {
  await textOf(page, "h1", new RegExp(`^${heading}$`));
  const seen = await page.evaluate(() => {
    const { lang, scrollWidth } = document.documentElement;
    return { lang, width: innerWidth, isWider: scrollWidth > innerWidth };
  });
  assert.deepEqual(seen, { lang: "de", width: PHONE.width, isWider: false });
}

/** Go on a journey in a fresh profile and return whether it went well. An error in the page is a failure too. */
async function isGood(browser, folder, [name, journey]) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await journey({ page, folder }).catch((error) => errors.push(error));
  await context.close();
  console.log(errors.length ? `FAILED  ${name}` : `passed  ${name}`);
  for (const error of errors) console.log(`        ${error.message.replaceAll("\n", "\n        ")}`);
  return !errors.length;
}

const folder = await mkdtemp(join(tmpdir(), "waybill-firefox-"));
const browser = await startFirefox(executable, folder);
try {
  const name = (await browser.version()).replace(/^firefox\/(\d+).*/i, "Firefox $1");
  const journeys = Object.entries(JOURNEYS);
  let failures = 0;
  for (const journey of journeys) if (!(await isGood(browser, folder, journey))) failures += 1;
  console.log(failures ? `${failures} of ${journeys.length} journeys failed in ${name}.` : `${journeys.length} journeys passed in ${name}.`);
  process.exitCode = failures ? 1 : 0;
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
