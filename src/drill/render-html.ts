import escapeHtml from 'escape-html';
import type { CheckDefinition } from '../core/index.ts';
import type { DrillReport } from './drill-documents.ts';
import { isProven } from './judge-scenario.ts';
import { legend, signs } from './render-matrix.ts';

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d8dee4; --dim: #57606a;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #30363d; --dim: #8d96a0;
  --good: #3fb950; --bad: #ff7b72; --warn: #d29922; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } p { margin: .3rem 0; max-width: 70rem; }
.scroll { overflow-x: auto; margin: 1rem 0; } table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 2px 5px; text-align: center; font-size: 12px; }
th[scope=row] { text-align: left; font-weight: 500; white-space: nowrap; position: sticky; left: 0; background: var(--paper); }
th[scope=row] small { display: block; color: var(--dim); font-weight: 400; }
thead th { writing-mode: vertical-rl; font-weight: 500; } thead th:first-child, thead th:last-child { writing-mode: horizontal-tb; }
td.detected { background: var(--good); color: var(--paper); font-weight: 700; } td.collateral { color: var(--warn); }
td.missed, td.stray { background: var(--bad); color: var(--paper); font-weight: 700; }
td.green, td.skipped { color: var(--dim); } .first { border-left: 3px solid var(--line); }
.pass { color: var(--good); } .fail { color: var(--bad); } .inconclusive { color: var(--warn); }
ul { padding-left: 1.2rem; }
`;

/** Whether a check begins a group, whose columns are set apart by a line. */
const isFirst = (catalogue: readonly CheckDefinition[], index: number): boolean =>
  index === 0 || catalogue[index - 1]?.group !== catalogue[index]?.group;

function headings(catalogue: readonly CheckDefinition[]): string {
  const heading = ({ id, title }: CheckDefinition, index: number) =>
    `<th scope="col"${isFirst(catalogue, index) ? ' class="first"' : ''} title="${escapeHtml(title)}">${escapeHtml(id)}</th>`;
  return catalogue.map(heading).join('');
}

function rows(report: DrillReport, catalogue: readonly CheckDefinition[]): string {
  return report.scenarios
    .map((result) => {
      const cells = catalogue.map(({ id }, index) => {
        const found = result.checks.find((check) => check.id === id);
        const classes = [found?.mark, isFirst(catalogue, index) ? 'first' : ''].filter(Boolean).join(' ');
        const said = found && `${found.outcome}${found.reason ? `: ${found.reason}` : ''}`;
        const title = said === undefined ? '' : ` title="${escapeHtml(said)}"`;
        return `<td class="${classes}"${title}>${found ? signs[found.mark] : ''}</td>`;
      });
      const state = `${result.impossible ? 'not injected' : isProven(result) ? 'proven' : 'not proven'}${result.again ? ' (second, alone)' : ''}`;
      const about = `${escapeHtml(result.name)}<small>${escapeHtml(result.impossible ?? result.description)}</small>`;
      return `<tr><th scope="row">${about}</th>${cells.join('')}<td>${state}</td></tr>`;
    })
    .join('\n');
}

/** The matrix of faults and checks as a page of its own: no script, nothing loaded, every text of others escaped. */
export function drillHtml(report: DrillReport, catalogue: readonly CheckDefinition[], now: Date): string {
  const { summary, healthy, verdict, findings } = report;
  const healthyText = healthy
    ? `<p>Healthy target: ${healthy.cycles} cycles, ${healthy.falseCycles} with a false failure; the rate is at most ${(healthy.falseRateUpper95 * 100).toFixed(1)} % with 95 % confidence.</p>`
    : '';
  const list =
    findings.length > 0
      ? `<ul>${findings.map((finding) => `<li>${escapeHtml(finding)}</li>`).join('')}</ul>`
      : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Vigil drill: ${verdict}</title><style>${style}</style></head><body>
<h1>Drill: <span class="${verdict}">${verdict}</span></h1>
<p>${summary.proven} of ${summary.checks} checks proven able to fail, ${summary.missed} missed, ${summary.strays} strays;
${summary.scenarios} faults in ${Math.round(report.seconds)} s, ${escapeHtml(now.toISOString())}.</p>
${healthyText}${list}
<p>${escapeHtml(legend)}. Each cell’s title says what the check reported.</p>
<div class="scroll" tabindex="0" role="region" aria-label="faults and checks"><table>
<thead><tr><th scope="col">fault</th>${headings(catalogue)}<th scope="col">result</th></tr></thead>
<tbody>
${rows(report, catalogue)}
</tbody></table></div></body></html>
`;
}
