// Two charts, drawn by uPlot in the colours of the page.

import { duration, onShortDay, shortCount } from "./format.js";
import { html, useCallback, useEffect, useRef, useState } from "./preact.js";
import { default as uPlot } from "./uplot.js";

const HEIGHT_EM = 15;

/** Exports per day as bars, rows per day as a line. */
export const Bars = ({ days, label }) => html`<${Chart} label=${label} make=${(colours, text) => ({
  data: [days.map(({ date }) => Date.parse(date) / 1000), days.map(({ exports }) => exports), days.map(({ rows }) => rows)],
  options: {
    scales: { x: { time: true, range: (_, least, most) => [least - 43_200, most + 43_200] }, y: { range: upTo }, rows: { range: upTo } },
    axes: [
      axis(colours, text, { values: (_, moments) => moments.map(onShortDay), size: 2 * text, space: 5 * text }),
      axis(colours, text, { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }),
      axis(colours, text, { scale: "rows", side: 1, grid: { show: false }, values: (_, rows) => rows.map(shortCount) }),
    ],
    series: [
      {},
      { fill: colours.one, width: 0, paths: uPlot.paths.bars({ size: [0.7, 3 * text], radius: 0.2 }), points: { show: false } },
      { scale: "rows", stroke: colours.two, width: 2, points: { show: false } },
    ],
  },
})} />`;

/** One dot per finished export: rows to the right, time upwards. */
export const Dots = ({ runs, label }) => html`<${Chart} label=${label} make=${(colours, text) => {
  const sorted = runs.toSorted((one, other) => one.rows - other.rows);
  return {
    data: [sorted.map(({ rows }) => rows), sorted.map(({ seconds }) => seconds)],
    options: {
      scales: { x: { time: false, range: (_, least, most) => [0, (most || 1) * 1.05] }, y: { range: upTo } },
      axes: [
        axis(colours, text, { values: (_, rows) => rows.map(shortCount), size: 2 * text, space: 5 * text }),
        axis(colours, text, { values: (_, seconds) => seconds.map((one) => duration(one)) }),
      ],
      series: [{}, { stroke: colours.one, paths: () => null, points: { show: true, size: 0.6 * text, fill: colours.one } }],
    },
  };
}} />`;

const upTo = (_, least, most) => [0, Math.max(most || 0, 1) * 1.1];

function axis(colours, text, rest) {
  const font = `${0.75 * text}px system-ui, sans-serif`;
  const size = (_, labels) => Math.ceil(text * (1 + 0.45 * Math.max(0, ...(labels || []).map((label) => String(label).length))));
  return { stroke: colours.text, font, size, grid: { stroke: colours.line, width: 1 }, ticks: { show: false }, ...rest };
}

/** A chart as wide as its place. A change of colours or text size draws it again. */
function Chart({ make, label }) {
  const place = useRef(null);
  const [looks, redraw] = useLooks();
  useEffect(() => {
    const element = place.current;
    const style = getComputedStyle(element);
    const textSize = () => parseFloat(getComputedStyle(element).fontSize);
    const text = textSize();
    const colours = { one: style.getPropertyValue("outline-color"), two: style.getPropertyValue("text-decoration-color"), text: style.color, line: style.borderColor };
    const { data, options } = make(colours, text);
    const size = () => ({ width: element.clientWidth, height: HEIGHT_EM * text });
    const chart = new uPlot({ ...size(), legend: { show: false }, cursor: { show: false }, ...options }, data, element);
    const watcher = new ResizeObserver(() => (textSize() === text ? chart.setSize(size()) : redraw()));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.destroy();
    };
  }, [looks]);
  return html`<div class="chart" role="img" aria-label=${label} ref=${place} />`;
}

/** Return a number that changes with the colour scheme of the system or the dashboard, and a function that changes it. */
function useLooks() {
  const [changes, setChanges] = useState(0);
  const changed = useCallback(() => setChanges((count) => count + 1), []);
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const asked = new MutationObserver(changed);
    system.addEventListener("change", changed);
    asked.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      system.removeEventListener("change", changed);
      asked.disconnect();
    };
  }, []);
  return [changes, changed];
}
