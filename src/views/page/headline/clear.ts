import { clause, clockText, spanText } from '../words.ts';
import { signalTexts } from './signals.ts';
import type { Scene, Situation } from './situation.ts';

/** What the plan asks of a person now. */
function nextStep({ rollout, nowMs }: Scene): string | undefined {
  if (!rollout?.next) return undefined;
  const { next, percent, gate } = rollout;
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

/** Nothing is wrong, and that is known. */
export function clear(scene: Scene): Situation {
  const { cycle, rollout, source, nowMs } = scene;
  const judged = (cycle?.outcomes ?? []).filter(({ outcome }) => outcome !== 'skipped');
  const passed = judged.filter(({ outcome }) => outcome === 'pass').length;
  const values = signalTexts(scene)
    .filter(({ signal }) => signal === 'errorRatio' || signal === 'latencyP95')
    .flatMap(({ text }) => text ?? []);
  const end = source.endsMs === undefined ? '' : `, the watch ends in ${spanText(source.endsMs - nowMs)}`;
  const done = rollout && !rollout.next ? `; all traffic is on the new release${end}` : '';
  return {
    level: 'clear',
    lead: 'Nothing to do',
    because: `${[`${passed} of ${judged.length} checks pass`, ...values].join(', ')}${done}`,
    next: nextStep(scene),
    brief: 'nothing is wrong',
  };
}
