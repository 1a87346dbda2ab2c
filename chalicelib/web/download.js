// Downloads. A link to a file opens in a hidden frame: a file becomes a download, an error page changes nothing.

import { texts } from "./texts.js";

const WAIT_SECONDS = 2; // long enough for an error page of S3 to load
const KEEP_SECONDS = 60; // a slow answer must still find its frame

/** Start a download; Error if S3 answers with a page instead of a file, for example because the file is gone. */
export function download(url) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = url;
  setTimeout(() => frame.remove(), KEEP_SECONDS * 1000);
  return new Promise((resolve, reject) => {
    // Browsers send no load event for a file, only for a page.
    frame.addEventListener("load", () => reject(new Error(texts.errors.noFile)));
    setTimeout(resolve, WAIT_SECONDS * 1000);
    document.body.append(frame);
  });
}
