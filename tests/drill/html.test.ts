import { expect, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import type { ScenarioResult } from '../../src/drill/drill-documents.ts';
import { drillReport } from '../../src/drill/drill-report.ts';
import { drillHtml } from '../../src/drill/render-html.ts';

const hostile = '<script>alert("x")</script> & \'y\'';

const result: ScenarioResult = {
  name: hostile,
  description: hostile,
  around: false,
  checks: [{ id: 'H01', mark: 'detected', outcome: 'fail', reason: hostile }],
  faults: [hostile],
  seconds: 1,
};

test('the page escapes every text, loads nothing and has a column for each check', () => {
  const report = drillReport(catalogue, [result], undefined, 1);
  const html = drillHtml(report, catalogue, new Date(0));
  expect(html).not.toContain('<script');
  expect(html).not.toMatch(/\bsrc=|href=/);
  expect(html).toContain('&lt;script&gt;');
  for (const { id } of catalogue) expect(html).toContain(`>${id}</th>`);
  expect(html).toContain('<td class="detected first" title="fail: &lt;script');
});
