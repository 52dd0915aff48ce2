import type { JUnitTotals } from './types.ts';
import type { XmlAttributes } from './xml.ts';

const SECONDS = /^(?:\d{1,15}(?:[.,]\d{0,20})?|[.,]\d{1,20})(?:[eE][+-]?\d{1,3})?$/;
const GROUPED_SECONDS = /^[1-9]\d{0,2}(?:,\d{3}){1,5}(?:\.\d{0,20})?$/;

/**
 * A duration in seconds: `0.5`, `1e-05`, Surefire's `1,234.567`, and a decimal comma of other locales;
 * undefined when it is none of these or negative.
 */
export function parseSeconds(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (GROUPED_SECONDS.test(trimmed)) return Number(trimmed.replaceAll(',', ''));
  return SECONDS.test(trimmed) ? Number(trimmed.replace(',', '.')) : undefined;
}

/** A count, grouped with commas or not; undefined when it is no whole number. */
export function parseCount(text: string | undefined): number | undefined {
  const digits = text?.trim().replaceAll(',', '') ?? '';
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** The totals that a suite or the root claims; gtest counts its disabled cases beside the skipped. */
export function totalsOf(attributes: XmlAttributes): JUnitTotals {
  const skipped = parseCount(attributes.skipped ?? attributes.skips);
  const disabled = parseCount(attributes.disabled) ?? 0;
  return {
    tests: parseCount(attributes.tests),
    failures: parseCount(attributes.failures),
    errors: parseCount(attributes.errors),
    skipped: skipped === undefined ? undefined : skipped + disabled,
  };
}
