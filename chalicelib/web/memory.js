// The choices that the page remembers: in this browser, or in this tab only. Never a token.

const PREFIX = "waybill.page.";

export function recall(name, otherwise, place = "localStorage") {
  try {
    return { ...otherwise, ...JSON.parse(window[place].getItem(PREFIX + name)) };
  } catch {
    return otherwise;
  }
}

export function remember(name, value, place = "localStorage") {
  try {
    window[place].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows may refuse to store. The page works without.
  }
}
