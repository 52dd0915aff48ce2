import { expect, test } from 'vitest';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { alertWords } from '../../../src/monitor/loop/alert-words.ts';

test.for([
  ['firing', /cannot record$/, /free space/],
  ['resolved', /records again/, undefined],
] as const)(
  'of a watch that cannot record, read by another process while it is %s, the words are those of its state',
  ([status, summary, next]) => {
    const alert = { rule: 'WatchNotRecording', labels: {}, isNew: true, status };
    const words = alertWords(alert, {
      rules: alertRules(thresholds),
      catalogue: undefined,
      outcomes: [],
    });
    expect(words.summary).toMatch(summary);
    if (next) expect(words.next).toMatch(next);
    else expect(words.next).toBeUndefined();
  },
);
