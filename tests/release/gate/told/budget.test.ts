import { both, type Change, recorded, tells, traffic } from './told.ts';

/** Nothing is known of the burn rate over one of the windows. */
const burnsWithout =
  (window: 'short' | 'long'): Change =>
  (e) => {
    e.signals.burns = e.signals.burns.map((burn) => ({ ...burn, [window]: undefined }));
  };

tells('errorBudget', [
  [
    'no traffic for the budget',
    traffic({}, { operations: undefined }),
    'unknown (; ≥ 10 %) @ 5 min',
    ['no live traffic', '→ nothing'],
  ],
  [
    'no errors for the budget',
    traffic({}, { errorRatio: undefined }),
    'unknown (; ≥ 10 %) @ 5 min',
    ['no live traffic', '→ nothing'],
  ],
  [
    'no traffic for the budget, no schedule',
    both(traffic({}, { operations: undefined }), recorded({ intervalMs: undefined })),
    'unknown (; ≥ 10 %)',
    ['no live traffic', '→ nothing'],
  ],
  [
    'the budget is spent',
    traffic({}, { errorRatio: 0.00095 }),
    'fail (5 %; ≥ 10 %) @ 2.5 min',
    ['21 errors', '21,600 operations in 45m', 'category', 'hold the rollout'],
  ],
]);

tells('ErrorBudgetFastBurn', [
  [
    'burn unknown',
    burnsWithout('short'),
    'unknown (; ≤ 14.4)',
    ['no live traffic', '1h and 5m', '→ nothing'],
  ],
  [
    'a burn',
    (e) => {
      Object.assign(e.signals.burns[0] as object, { long: 20, short: 15 });
    },
    'fail (15; ≤ 14.4) @ 5 min',
    ['20.0 and 15.0', '1h and 5m', 'category', 'hold the rollout'],
  ],
  [
    'a burn over one window',
    (e) => {
      Object.assign(e.signals.burns[0] as object, { long: 20, short: 14.4 });
    },
    'pass (14.4; ≤ 14.4)',
    ['20.0 and 14.4', '1h and 5m'],
  ],
]);

tells('ErrorBudgetSlowBurn', [
  ['burn unknown', burnsWithout('long'), 'unknown (; ≤ 6)', ['no live traffic', '6h and 30m', '→ nothing']],
]);
