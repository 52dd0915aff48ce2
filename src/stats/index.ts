export type { ShareInterval } from './binomial.ts';
export { binomialInterval, binomialTest, lowerBoundOfShare, upperBoundOfShare } from './binomial.ts';
export { hodgesLehmann, type MannWhitney, mannWhitney, type Shift } from './mann-whitney.ts';
export { compareShares, type Difference, type Share } from './proportions.ts';
export { median, quantile } from './quantile.ts';
export type { MannKendall, Point, TheilSen } from './trend.ts';
export { mannKendall, THEIL_SEN_MAX_POINTS, theilSen } from './trend.ts';
