export { fingerprintOf } from './fingerprint.ts';
export { compareLabels, type LabelSet, labelKey } from './label-set.ts';
export { type Matcher, matches, parseMatchers } from './matcher.ts';
