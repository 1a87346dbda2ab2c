// A link to another place in the page.

import { hashOf } from "./place.js";
import { html } from "./preact.js";

/** A click goes to the place. With Ctrl, Shift or the middle button it opens another tab, as everywhere. */
export function Link({ place, go, children, ...rest }) {
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(place);
  };
  return html`<a ...${rest} href=${hashOf(place)} onClick=${follow}>${children}</a>`;
}
