import { isMeasured } from '../../../alerts/index.ts';
import { formatAgainst, formatBound, holds } from '../../../core/index.ts';
import { listed } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** The signals that decisions rest on, as far as they are configured, with value and objective in words where there is a value. */
export function signalTexts({ status, source }: Scene) {
  const signals = ['uptime', 'errorRatio', 'latencyP95', 'passRate'] as const;
  const measured = signals.filter((signal) => isMeasured(signal, source.naming));
  return measured.map((signal) => {
    const value = status.values[signal];
    const { title, unit, slo } = source.table[signal];
    if (value === undefined || !slo) return { signal, title };
    const text = `${title} ${formatAgainst(value, slo.value, unit)} (${formatBound(slo, unit)})`;
    return { signal, title, text, isMissed: !holds(slo, value) };
  });
}

/** A signal that decisions rest on has no data. */
export function silentSignals(scene: Scene): Situation | undefined {
  const silent = signalTexts(scene).filter(({ signal, text }) => signal !== 'passRate' && !text);
  if (silent.length === 0) return undefined;
  const brief = `no data for ${listed(silent.map(({ title }) => title))}`;
  return {
    level: 'blind',
    because: `there is ${brief}`,
    next: 'does live traffic reach the deployment, and does its /metrics answer?',
    brief,
  };
}

/** A limit that is crossed now, of which no alert tells yet: the rules look only every few seconds. */
export function unjudged(scene: Scene): Situation | undefined {
  if (scene.alerts.some(({ severity, status }) => severity === 'critical' && status !== 'resolved'))
    return undefined;
  const missed = signalTexts(scene).filter(({ isMissed }) => isMissed);
  if (missed.length === 0) return undefined;
  const brief = missed.map(({ text }) => text).join(', ');
  return {
    level: 'wait',
    lead: 'Scale nothing yet',
    because: `${brief}, and no alert tells of it yet`,
    next: 'look again in a minute',
    brief,
  };
}
