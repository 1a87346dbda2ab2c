// What the page remembers in this browser: choices of the form and what was looked at, never who is signed in.

const PREFIX = "waybill.page.";

export function recall(name, otherwise) {
  try {
    return { ...otherwise, ...JSON.parse(localStorage.getItem(PREFIX + name)) };
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still exports.
  }
}
