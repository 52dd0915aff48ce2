import { overdueMs } from '../../../release/index.ts';
import { clause, clockText, spanText } from '../words.ts';
import { signalTexts } from './signals.ts';
import type { Level, Scene, Situation } from './situation.ts';

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
  if (gate.verdict === 'pass') return ask;
  const isBlocked = gate.verdict === 'fail';
  const open = gate.conditions.find(({ outcome }) => outcome === (isBlocked ? 'fail' : 'unknown'));
  const why = open ? `: ${open.title}, ${clause(open.detail, 120)}` : '';
  const againMs = (gate.askAgainAtMs ?? 0) - nowMs;
  const again = againMs > 0 ? `; ask again in ${spanText(againMs)}: ${ask}` : '';
  return `stay at ${percent} %, the gate to ${next.percent} % is ${isBlocked ? 'blocked' : 'undecided'}${why}${again}`;
}

/** What is to be done where nothing is wrong: a stage whose soak time is over is ready, or its gate says why not. */
function standing({ rollout, nowMs }: Scene): { level: Level; lead: string; late: string } {
  const { next, gate } = rollout ?? {};
  const lateMs = next === undefined ? 0 : nowMs - next.soakEndsMs;
  if (!next || !gate || lateMs < 0) return { level: 'clear', lead: 'Nothing to do', late: '' };
  const isReady = gate.verdict === 'pass';
  return {
    level: isReady ? 'clear' : 'wait',
    lead: `${isReady ? 'Ready' : 'Not ready'} for ${next.percent} %`,
    late: lateMs < overdueMs ? '' : `; the stage is overdue by ${spanText(lateMs)}`,
  };
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
  const { level, lead, late } = standing(scene);
  return {
    level,
    lead,
    because: `${[`${passed} of ${judged.length} checks pass`, ...values].join(', ')}${done}${late}`,
    next: nextStep(scene),
    brief: 'nothing is wrong',
  };
}
