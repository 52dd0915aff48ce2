import type { GateEvidence } from '../../../../src/release/gate/evidence.ts';
import { minute } from '../green.ts';
import { type Change, type Parts, tells } from './told.ts';

type Canary = NonNullable<GateEvidence['signals']['canary']>;

/** Deterministic figures around a middle, as intervals of a busy service. */
const around = (middle: number, spread: number, count: number) =>
  Array.from({ length: count }, (_, index) => middle + spread * (((index * 7919) % 101) / 50 - 1));

const compared =
  (baseline: Parts<Canary['baseline']>, canary: Parts<Canary['canary']>, from = 25): Change =>
  (evidence) => {
    const alike = { errors: 0, latencies: around(0.045, 0.004, 20) };
    evidence.signals.canary = {
      intervalMs: minute,
      baseline: Object.assign({ version: 'v1', operations: 16_000, ...alike }, baseline),
      canary: Object.assign({ version: 'v2', operations: 5400, ...alike }, canary),
    };
    if (from === 0) evidence.recorded.taken = [];
  };

tells('canaryLatency', [
  [
    'two versions that are alike',
    compared({}, {}),
    'pass (0 %; ≤ 10 %)',
    ['44.6 ms against 44.6 ms', '95 %', '−3.9 % to +3.9 %', 'p = 1.000', '50 of 100', '20 and 20', '1m'],
  ],
  [
    '30 % slower',
    compared({}, { latencies: around(0.0585, 0.004, 20) }),
    'fail (30.2 %; ≤ 10 %)',
    [
      '58.1 ms against 44.6 ms',
      '95 %',
      '+26.3 % to +34.2 %',
      'p < 0.001',
      '100 of 100',
      '20 and 20',
      '1m',
      'compare a slow operation of v2',
    ],
  ],
  [
    'faster',
    compared({}, { latencies: around(0.03, 0.004, 20) }),
    'pass (-33.6 %; ≤ 10 %)',
    ['29.6 ms against 44.6 ms', '95 %', '−37.5 % to −29.7 %', 'p < 0.001', '0 of 100', '20 and 20', '1m'],
  ],
  [
    '4 % slower for certain',
    compared({ latencies: around(0.045, 0.0005, 20) }, { latencies: around(0.047, 0.0005, 20) }),
    'pass (4.4 %; ≤ 10 %)',
    ['47 ms against 45 ms', '95 %', '+4 % to +4.9 %', 'p < 0.001', '100 of 100', '20 and 20', '1m'],
  ],
  [
    'too few',
    compared({}, { latencies: around(0.045, 0.004, 4) }),
    'unknown (; ≤ 10 %) @ 6 min',
    ['too few', '4 and 20', '1m', 'v2', 'v1', 'wait for more traffic on both'],
  ],
  [
    'too few of the baseline',
    compared({ latencies: around(0.045, 0.004, 9) }, {}),
    'unknown (; ≤ 10 %) @ 1 min',
    ['too few', '20 and 9', '1m', 'v2', 'v1', 'wait for more traffic on both'],
  ],
  [
    'just enough',
    compared({ latencies: around(0.045, 0.0005, 10) }, { latencies: around(0.045, 0.0005, 10) }),
    'pass (0 %; ≤ 10 %)',
    ['44.9 ms against 44.9 ms', '95 %', '−0.556 % to +0.556 %', 'p = 1.000', '50 of 100', '10 and 10', '1m'],
  ],
  [
    'too scattered to tell',
    compared({ latencies: around(0.045, 0.04, 12) }, { latencies: around(0.055, 0.04, 12) }),
    'unknown (25.6 %; ≤ 10 %) @ 12 min',
    [
      'too scattered',
      '49 ms against 39 ms',
      '95 %',
      '−19.5 % to +70.8 %',
      'p = 0.403',
      '60 of 100',
      '12 and 12',
      '1m',
      'wait for more intervals',
    ],
  ],
  [
    'a baseline of nothing',
    compared({ latencies: Array(12).fill(0) }, {}),
    'unknown (; ≤ 10 %)',
    ['P95', '0 s', '→ nothing'],
  ],
  [
    'slower than allowed, and perhaps by chance',
    compared({ latencies: around(0.045, 0.02, 10) }, { latencies: around(0.052, 0.02, 10) }),
    'unknown (16.7 %; ≤ 10 %) @ 10 min',
    [
      'too scattered',
      '49 ms against 42 ms',
      '95 %',
      '−7.1 % to +40.5 %',
      'p = 0.385',
      '62 of 100',
      '10 and 10',
      '1m',
      'wait for more intervals',
    ],
  ],
]);

tells('canaryErrors', [
  [
    'two versions that are alike',
    compared({}, {}),
    'pass (0 %; ≤ 0.1 %)',
    ['0 of 5,400 against 0 of 16,000', '95 %', '−0.024 % to +0.071 %', 'p = 1.000'],
  ],
  [
    'twelve errors more',
    compared({}, { errors: 12 }),
    'fail (0.222 %; ≤ 0.1 %)',
    [
      '12 of 5,400 against 0 of 16,000',
      '95 %',
      '+0.124 % to +0.388 %',
      'p < 0.001',
      'group the errors of v2',
    ],
  ],
  [
    'one error',
    compared({ errors: 2 }, { errors: 1 }),
    'pass (0.006 %; ≤ 0.1 %)',
    ['1 of 5,400 against 2 of 16,000', '95 %', '−0.03 % to +0.093 %', 'p = 1.000'],
  ],
  [
    'too few',
    compared({}, { operations: 300 }),
    'unknown (0 %; ≤ 0.1 %) @ 531 min',
    [
      'too few operations',
      '0 of 300 against 0 of 16,000',
      '95 %',
      '−0.024 % to +1.3 %',
      'p = 1.000',
      'wait for more traffic on both',
    ],
  ],
  [
    'fewer errors than the baseline',
    compared({ errors: 160 }, {}),
    'pass (-1 %; ≤ 0.1 %)',
    ['0 of 5,400 against 160 of 16,000', '95 %', '−1.2 % to −0.84 %', 'p < 0.001'],
  ],
  [
    'more errors for certain, and within the limit',
    compared({ operations: 1e6 }, { operations: 1e6, errors: 300 }),
    'pass (0.03 %; ≤ 0.1 %)',
    ['300 of 1,000,000 against 0 of 1,000,000', '95 %', '+0.027 % to +0.034 %', 'p < 0.001'],
  ],
  [
    'more errors than allowed, and perhaps by chance',
    compared({ operations: 500 }, { operations: 500, errors: 1 }),
    'unknown (0.2 %; ≤ 0.1 %) @ 300.6 min',
    [
      'too few operations',
      '1 of 500 against 0 of 500',
      '95 %',
      '−0.58 % to +1.1 %',
      'p = 1.000',
      'wait for more traffic on both',
    ],
  ],
  [
    'errors that the baseline does not tell',
    compared({ errors: undefined }, {}),
    'unknown (; ≤ 0.1 %)',
    ['no errors', 'both series exist', '/metrics'],
  ],
  [
    'errors that the canary does not tell',
    compared({}, { errors: undefined }),
    'unknown (; ≤ 0.1 %)',
    ['no errors', 'both series exist', '/metrics'],
  ],
  [
    'a baseline without traffic',
    compared({ operations: 0 }, {}),
    'unknown (; ≤ 0.1 %)',
    ['no operations', 'both series exist', '/metrics'],
  ],
  [
    'a canary without traffic',
    compared({}, { operations: 0 }),
    'unknown (; ≤ 0.1 %)',
    ['no operations', 'both series exist', '/metrics'],
  ],
  [
    'one operation each',
    compared({ operations: 1 }, { operations: 1 }),
    'unknown (0 %; ≤ 0.1 %) @ 172755 min',
    [
      'too few operations',
      '0 of 1 against 0 of 1',
      '95 %',
      '−79.3 % to +79.3 %',
      'p = 1.000',
      'wait for more traffic on both',
    ],
  ],
  [
    'more errors than operations',
    compared({ operations: 100, errors: 120 }, { operations: 100, errors: 110 }),
    'unknown (0 %; ≤ 0.1 %) @ 1683 min',
    [
      'too few operations',
      '110 of 100 against 120 of 100',
      '95 %',
      '−3.7 % to +3.7 %',
      'p = 1.000',
      'wait for more traffic on both',
    ],
  ],
  ['before the first stage, without traffic', compared({}, { operations: 0 }, 0), 'not asked', [], 25],
  [
    'before the first stage, with a little',
    compared({}, { operations: 1 }, 0),
    'unknown (0 %; ≤ 0.1 %) @ 172755 min',
    [
      'too few operations',
      '0 of 1 against 0 of 16,000',
      '95 %',
      '−0.024 % to +79.3 %',
      'p = 1.000',
      'wait for more traffic on both',
    ],
    25,
  ],
]);
