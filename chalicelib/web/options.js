// The names that columns and conditions of products need: attributes, channels, languages and so on.

import { ask } from "./api.js";
import { PRODUCT_OPTIONS, TRANSLATED } from "./queries.js";
import { texts } from "./texts.js";

export async function loadOptions() {
  const { exportOptions, translated } = await ask(PRODUCT_OPTIONS);
  const languages = translated.map(({ key }) => key.slice(TRANSLATED.length)).map((slug) => ({ id: slug, slug, name: slug, hint: texts.columns.hints.language(languageName(slug)) }));
  return { ...exportOptions, languages };
}

function languageName(code) {
  try {
    return new Intl.DisplayNames(texts.locale, { type: "language" }).of(code.replaceAll("_", "-"));
  } catch {
    // A shop may have a code of its own.
    return code;
  }
}
