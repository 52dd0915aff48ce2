import { slisOf } from '../../alerts/index.ts';
import { grouped, lowerBoundOfShare, upperBoundOfShare } from '../../core/index.ts';
import { firstOf, isoTime, type Subject } from './condition.ts';

/** A share in percent, rounded so that it never claims more than was shown. */
function cut(share: number, direction: 'down' | 'up'): string {
  const digits = share > 0.5 || share === 0 ? 2 : Math.max(2, 1 - Math.floor(Math.log10(share * 100)));
  const factor = 10 ** digits;
  const scaled = share * 100 * factor;
  // One part in 1e9 is the bisection's last bit, not a claim.
  const whole = direction === 'down' ? Math.floor(scaled + 1e-7) : Math.ceil(scaled - 1e-7);
  return `${whole / factor} %`;
}

/**
 * What the sample can and cannot show: one-sided 95 % bounds (Clopper & Pearson) of the share of green cycles and of
 * failing operations, as if each were drawn alone; 576 green cycles of 576 show 99.48 %, no more.
 */
export function provesText({ recorded, signals, window, standing, naming }: Subject): string {
  const { pass, fail, inconclusive } = recorded.cycles;
  const cycles = pass + fail + inconclusive;
  if (cycles === 0) return 'Nothing: no cycle of this deployment is recorded in the time that counts.';
  const green = cut(lowerBoundOfShare(pass, cycles, 0.95), 'down');
  const sentences = [
    `${grouped(pass)} of ${grouped(cycles)} cycles since ${isoTime(window.fromMs)} were green: with 95 % confidence at least ${green} of such cycles are, no more is shown.`,
  ];
  const story = recorded.identity?.release;
  if (recorded.identity && !story?.seen.length)
    sentences.push('The release id is not known: no service says it.');
  if (story && story.seen.length > 0 && story.lastSeenMs === undefined)
    sentences.push(`No cycle saw ${story.inForce}: this is evidence of ${firstOf(story.seen)}.`);
  const operations = Math.round(signals.stage.operations ?? 0);
  if (operations > 0 && signals.stage.errorRatio !== undefined) {
    const errors = Math.min(operations, Math.round(signals.stage.errorRatio * operations));
    const most = cut(upperBoundOfShare(errors, operations, 0.95), 'up');
    sentences.push(
      `${grouped(errors)} errors in about ${grouped(operations)} operations: at most ${most} fail.`,
    );
  }
  if (slisOf(naming).length === 0)
    sentences.push('No metrics of live traffic are configured: how its users fare is not known.');
  const limits = standing?.percent
    ? `more than ${standing.percent} % of the traffic`
    : 'any share of the traffic';
  sentences.push(`It cannot show how ${limits} fares, nor what no check measures.`);
  return sentences.join(' ');
}
