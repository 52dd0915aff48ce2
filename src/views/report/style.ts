import { oneLine } from '../../core/index.ts';

/** The look of the page, on a screen and on A4; nothing is loaded from anywhere. The title stands at the foot of each sheet. */
export const styleOf = (title: string): string => `
:root { color-scheme: light; --ink: #1f2933; --dim: #5f6b78; --line: #dde2e7; --soft: #f5f7f9;
  --good: #00664a; --bad: #a3210f; --warn: #7a4d00; }
* { box-sizing: border-box; }
html { background: #e9edf0; }
body { font: 14px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; color: var(--ink);
  background: #fff; max-width: 62rem; margin: 0 auto; padding: 2rem 2.25rem 3rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem;
  border-bottom: 2px solid var(--ink); } h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
p { margin: .4rem 0; max-width: 52rem; } a { color: #005a8c; } .about { color: var(--dim); }
.verdict { border: 2px solid; border-left-width: 12px; border-radius: 6px; padding: .9rem 1.2rem 1rem; margin: 1.2rem 0; }
.verdict h2 { border: 0; margin: 0 0 .2rem; padding: 0; font-size: 1.6rem; letter-spacing: .02em; }
.verdict .headline { font-size: 1.1rem; font-weight: 600; color: var(--ink); }
.verdict p, .verdict li { color: var(--ink); } .verdict h3 { color: var(--ink); margin: .8rem 0 .2rem; }
.verdict ul { margin: 0; padding-left: 1.2rem; }
.pass { border-color: var(--good); background: #f0f8f5; } .pass h2 { color: var(--good); }
.fail { border-color: var(--bad); background: #fdf3f1; } .fail h2 { color: var(--bad); }
.inconclusive { border-color: var(--warn); background: #fdf8ee; } .inconclusive h2 { color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .7rem; margin: 1rem 0; }
.tile { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; background: var(--soft); }
.tile b { display: block; font-size: 1.35rem; line-height: 1.3; } .tile small { color: var(--dim); display: block; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; line-height: 1.4; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; border-bottom: 1.5px solid var(--dim); padding: .3rem .55rem .3rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .3rem .55rem .3rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:not(.short) { min-width: 5.2rem; } td.short { white-space: nowrap; } td:first-child:not(.short) { min-width: 8.4rem; }
.ref { font-size: .85em; white-space: nowrap; }
figure { margin: 1rem 0; break-inside: avoid; } figure svg { width: 100%; height: auto; display: block; }
figcaption { color: var(--dim); font-size: 12px; margin-top: .2rem; }
.query { margin: .9rem 0; break-inside: avoid; } .query p { margin: 0 0 .2rem; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: .5rem .7rem; margin: 0;
  font: 11.5px/1.45 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media screen and (max-width: 50rem) { body { padding: 1rem; } .tiles { grid-template-columns: repeat(2, 1fr); }
  .scroll table { min-width: 46rem; } figure { overflow-x: auto; } figure svg { min-width: 40rem; } }
@page { size: A4; margin: 15mm 13mm 17mm;
  @bottom-left { content: "${oneLine(title)
    .replace(/[^\p{L}\p{N} .:-]/gu, '')
    .slice(-90)}"; font: 8pt system-ui, sans-serif; color: #5f6b78; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #5f6b78; } }
@media print {
  html { background: #fff; } body { max-width: none; padding: 0; font-size: 9.5pt; }
  table { font-size: 8pt; } pre { font-size: 7.2pt; } h1 { font-size: 16pt; }
  h2 { break-after: avoid; margin-top: 1.4rem; } h3 { break-after: avoid; } thead { display: table-header-group; }
  tr, .tile, .verdict { break-inside: avoid; } .scroll { overflow: visible; } a { color: inherit; text-decoration: none; }
  .verdict, .tile, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .tiles { gap: .4rem; } .tile b { font-size: 13pt; }
  .appendix { break-before: page; }
}
`;
