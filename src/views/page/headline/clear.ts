import { formatBeside, formatBound } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import { clause, clockText, spanText } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** Declared work that is going on. */
export function maintenance({ facts }: Scene): Situation | undefined {
  const open = facts.maintenance.filter(({ fromMs, toMs }) => fromMs <= facts.nowMs && facts.nowMs < toMs);
  const [window] = open.toSorted((a, b) => b.toMs - a.toMs);
  if (!window) return undefined;
  const which = window.matchers.map(({ label, operator, value }) => `${label}${operator}${value}`);
  const whose = which.length === 0 ? 'alerts' : `alerts with ${which.join(', ')}`;
  const until = `until ${clockText(window.toMs)}, for another ${spanText(window.toMs - facts.nowMs)}`;
  return {
    level: 'wait',
    lead: 'Maintenance',
    because: `${until} (${clause(window.reason, 100)}): ${whose} tell nobody meanwhile`,
    next: 'watch this page yourself until it is over',
    brief: `maintenance ${until}`,
  };
}

function measured({ cycle, status, source }: Facts): string {
  const outcomes = cycle?.outcomes ?? [];
  const judged = outcomes.filter(({ outcome }) => outcome !== 'skipped').length;
  const passed = outcomes.filter(({ outcome }) => outcome === 'pass').length;
  const values = (['errorRatio', 'latencyP95'] as const).flatMap((signal) => {
    const { title, unit, slo } = source.table[signal];
    const value = status.values[signal];
    if (value === undefined || !slo) return [];
    return [`${title} ${formatBeside(value, slo.value, unit)} (${formatBound(slo, unit)})`];
  });
  return [`${passed} of ${judged} checks pass`, ...values].join(', ');
}

/** What the plan asks of a person now. */
function nextStep({ rollout, nowMs }: Facts): string | undefined {
  if (!rollout) return undefined;
  const { next, percent, gate } = rollout;
  if (!next) return undefined;
  const ask = `vigil gate --to ${next.percent}`;
  if (next.soakEndsMs > nowMs) {
    const left = spanText(next.soakEndsMs - nowMs);
    return `stay at ${percent} % until ${clockText(next.soakEndsMs)}, for another ${left}, then ${ask}`;
  }
  if (!gate) return `${next.percent} % may be asked for: ${ask}`;
  if (gate.verdict === 'pass') return `the gate would let ${next.percent} % through: ${ask}`;
  const open = gate.conditions.find(
    ({ outcome }) => outcome === (gate.verdict === 'fail' ? 'fail' : 'unknown'),
  );
  const why = open ? `, ${open.title} (${clause(open.detail, 120)})` : '';
  const againMs = (gate.askAgainAtMs ?? 0) - nowMs;
  const again = againMs > 0 ? `; ask again in ${spanText(againMs)}: ${ask}` : '';
  return `stay at ${percent} %, the gate would not let ${next.percent} % through${why}${again}`;
}

function stage({ rollout, nowMs, source }: Facts): string {
  if (!rollout || rollout.next) return '';
  const left = source.endsMs === undefined ? '' : `, the watch ends in ${spanText(source.endsMs - nowMs)}`;
  return `; all traffic is on the new release${left}`;
}

/** Nothing is wrong, and that is known. */
export function clear({ facts }: Scene): Situation {
  return {
    level: 'clear',
    lead: 'Nothing to do',
    because: `${measured(facts)}${stage(facts)}`,
    next: nextStep(facts),
    brief: 'nothing is wrong',
  };
}
