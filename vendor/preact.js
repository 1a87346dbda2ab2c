// What the page uses of Preact, with htm bound to it: bundled into chalicelib/web/preact.js by `make vendor`.
import { h } from "preact";
import htm from "htm";

export { Fragment, createContext, render } from "preact";
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export const html = htm.bind(h);
