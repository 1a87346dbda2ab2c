// The language of the page. English is part of the page; another catalogue is loaded when it is needed.

import { EXPORT_TYPES } from "./export-types.js";
import { renewFormats, showLocale } from "./format.js";
import { recall, remember } from "./memory.js";
import { texts } from "./texts.js";

/** The languages by code, each named in itself. */
export const LANGUAGES = { en: "English", de: "Deutsch" };

/** The catalogue that comes with the page. */
export const ENGLISH = { ...texts, types: typeTexts() };
const listeners = new Set();

/** Call `listener(code)` when the page is to be shown in another language. Return a function that ends this. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Show the page in the language that the person chose, or in the browser's. English needs no further request. */
export const startLanguage = () => speak(chosen() || languageOf(navigator.language)).catch(() => {});

/** Show the page in a language, and keep it for the next visit. */
export async function chooseLanguage(code) {
  await speak(code);
  remember("page", { language: code });
}

/** Show dates, and words unless the person chose a language, as a dashboard does. */
export function followLocale(locale) {
  showLocale(locale);
  if (!chosen()) speak(languageOf(locale)).catch(() => {});
}

const chosen = () => recall("page", {}).language;

const languageOf = (locale) => (`${locale}`.toLowerCase().split("-")[0] === "de" ? "de" : "en");

async function speak(code) {
  const { types, ...found } = code === "de" ? (await import("./texts-de.js")).texts : ENGLISH;
  Object.assign(texts, found);
  for (const [name, { words, labels }] of Object.entries(types)) {
    EXPORT_TYPES[name].words = words;
    for (const condition of EXPORT_TYPES[name].conditions) condition.label = labels[condition.key];
  }
  document.documentElement.lang = code;
  renewFormats();
  for (const listener of listeners) listener(code);
}

/** Return the words and the labels of each export type, as a catalogue has them. */
function typeTexts() {
  const labelsOf = ({ conditions }) => Object.fromEntries(conditions.map(({ key, label }) => [key, label]));
  return Object.fromEntries(Object.entries(EXPORT_TYPES).map(([name, type]) => [name, { words: type.words, labels: labelsOf(type) }]));
}
