// The last 30 days as two charts. The same numbers are there as tables, for screen readers.

import { ask } from "./api.js";
import { Bars, Dots } from "./charts.js";
import { nameOfType } from "./export-types.js";
import { count, duration, onUtcDay, shortCount } from "./format.js";
import { Link } from "./link.js";
import { NO_FILTER } from "./place.js";
import { html } from "./preact.js";
import { STATISTICS } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Loading, Notice, useAnswer } from "./ui.js";

export function Overview({ go }) {
  const t = texts.overview;
  const { data, error, retry } = useAnswer(async () => (await ask(STATISTICS)).exportStatistics, []);
  const body = () => {
    if (error) {
      return html`<${Notice} icon="offline" kind="bad" title=${texts.errors.title}><p>${error.message}</p>
        <${Button} kind="primary" icon="again" onClick=${retry}>${texts.tryAgain}<//><//>`;
    }
    if (!data) return html`<${Loading} lines=${6} />`;
    if (!data.days.some(({ exports }) => exports)) {
      return html`<${Notice} icon="calendar" title=${t.nothing}><${Button} kind="primary" icon="plus" onClick=${() => go({ view: "new" })}>${texts.views.new}<//><//>`;
    }
    return html`<${Numbers} data=${data} go=${go} />`;
  };
  return html`<h1>${t.title}</h1><p class="hint">${t.days}</p>${body()}`;
}

function Numbers({ data, go }) {
  const t = texts.overview;
  const sum = (name) => data.days.reduce((total, day) => total + day[name], 0);
  const seconds = data.runs.map((run) => run.seconds).sort((a, b) => a - b);
  const middle = seconds.length ? seconds[Math.floor(seconds.length / 2)] : null;
  const tiles = [
    [t.exports, count(sum("exports"))],
    [t.rows, shortCount(sum("rows"))],
    [t.failed, count(sum("failed"))],
    [t.middle, middle === null ? "–" : duration(middle)],
  ];
  return html`
    ${!data.isComplete && html`<p class="banner">${t.incomplete}</p>`}
    <dl class="tiles">${tiles.map(([name, value]) => html`<div class="card"><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <div class="halves">
      <section class="card"><h2>${t.perDay}</h2>
        <p class="legend"><span class="swatch one" />${t.exports}<span class="swatch two" />${t.rows}</p>
        <${Bars} days=${data.days} label=${t.perDayLabel(sum("exports"), count(sum("rows")))} />
        <${Table} head=${[t.day, t.exports, t.failed, t.rows]} name=${t.perDay}
          rows=${data.days.filter((day) => day.exports).reverse().map((day) => [onUtcDay(day.date), count(day.exports), count(day.failed), count(day.rows)])} />
      </section>
      <${People} people=${data.people} go=${go} />
      <section class="card"><h2>${t.timeByRows}</h2>
        <p class="legend">${t.timeByRowsHint}</p>
        ${data.runs.length ? html`<${Dots} runs=${data.runs} label=${t.timeByRowsLabel(data.runs.length)} />
          <${Table} head=${[t.type, t.rows, t.took]} name=${t.timeByRows}
            rows=${data.runs.slice(0, 50).map((run) => [nameOfType(run.exportType), count(run.rows), duration(run.seconds)])} />`
          : html`<p class="hint">${t.noRuns}</p>`}
      </section>
    </div>`;
}

/** The people with the most exports, each with a link to them. The service puts those who may not be named under the others. */
function People({ people, go }) {
  const t = texts.overview;
  const most = Math.max(...people.map(({ exports }) => exports));
  return html`<section class="card people"><h2>${t.people}</h2>
    <table>
      <thead><tr><th scope="col">${t.person}</th><th scope="col">${t.exports}</th><th scope="col">${t.rows}</th></tr></thead>
      <tbody>${people.map(({ name, user, app, exports, rows }) => html`<tr>
        <th scope="row">${name ? html`<${Link} place=${listOf(user, app)} go=${go}>${name}<//>` : t.others}<progress max=${most} value=${exports} aria-hidden="true" /></th><td>${count(exports)}</td><td>${count(rows)}</td>
      </tr>`)}</tbody>
    </table>
  </section>`;
}

/** Return the list of the exports of a person or an app. */
const listOf = (user, app) => ({ view: "exports", filter: { ...NO_FILTER, who: app ? "app" : "user", name: app || user } });

const Table = ({ head, rows, name }) => html`<details><summary>${texts.overview.asTable}</summary>
  <div class="sheet" tabindex="0" role="region" aria-label=${name}><table>
    <thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody>
  </table></div></details>`;
