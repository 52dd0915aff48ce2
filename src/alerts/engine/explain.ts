import { byText } from '../../core/index.ts';
import { matches } from '../rules/rule.ts';
import type { EngineRule, EngineSetup, Inhibition, StepInputs } from './inputs.ts';
import { maintenanceOf } from './mute.ts';
import type { AlertRecord, EngineState } from './state.ts';

/** What an alert is explained by, and may therefore wait for or be silent of. */
export interface Explanation {
  /** Fingerprints of the alerts that it follows from; of all of them where only all together explain it. */
  sources: readonly string[];
  /** What a person calls them. */
  name: string;
  by: string;
  /** They are over, and their time is still looked back on. */
  isEcho?: boolean;
  /** It follows from them, and is told all the same: it calls for an act, which they do not. */
  isNotified?: boolean;
}

/** What is asked of an alert that may explain another, firing or over. */
export type AlertSource = Pick<
  AlertRecord,
  'fingerprint' | 'rule' | 'labels' | 'cause' | 'isDerived' | 'isNew'
>;

/** All that an explanation is looked for in. */
export interface AlertScene {
  state: EngineState;
  alerts: readonly AlertRecord[];
  inputs: StepInputs;
  setup: EngineSetup;
  nowMs: number;
}

/** Whether somebody hears of an alert, or is about to. What nobody hears of explains nothing to anybody. */
export function isHeard(alert: AlertRecord, { inputs, nowMs }: AlertScene): boolean {
  return (
    alert.labels.severity !== 'info' &&
    !alert.isQuarantined &&
    !inputs.undelivered?.has(alert.fingerprint) &&
    !maintenanceOf(alert, inputs.maintenance ?? [], nowMs)
  );
}

function inhibits(inhibition: Inhibition, source: AlertSource, target: AlertSource): boolean {
  return (
    source.fingerprint !== target.fingerprint &&
    matches(source.labels, inhibition.source) &&
    matches(target.labels, inhibition.target) &&
    // Two that each could silence the other would silence both; Alertmanager leaves them alone too.
    !(matches(target.labels, inhibition.source) && matches(source.labels, inhibition.target)) &&
    inhibition.equal.every((label) => (source.labels[label] ?? '') === (target.labels[label] ?? ''))
  );
}

/**
 * Whether an alert that nobody knows yet waits, because what would explain it is about to fire: its condition holds, but
 * not for its whole time. A source that can't be read any more makes nobody wait.
 */
export function isHeld(alert: AlertRecord, scene: AlertScene): boolean {
  return scene.setup.policy.inhibitions.some(
    (inhibition) =>
      inhibition.holdWhilePending &&
      scene.alerts.some(
        (source) =>
          source.status === 'pending' &&
          source.last.state === 'breached' &&
          isHeard(source, scene) &&
          inhibits(inhibition, source, alert),
      ),
  );
}

const ruleOf = ({ rule }: AlertSource, { setup }: AlertScene): EngineRule | undefined =>
  setup.rules.find(({ name }) => name === rule);

const priorityOf = ({ labels }: AlertSource): string => labels.priority ?? 'P1';

/** Whether two alerts may be of one thing: not where both name a service, and each another. */
export const mayBeOfOne = ({ labels: a }: AlertSource, { labels: b }: AlertSource): boolean =>
  ['job', 'service'].every((name) => a[name] === undefined || b[name] === undefined || a[name] === b[name]);

/** Whether an alert of the same cause says all that the target would: it is as grave, or the target only repeats it. */
function coversCause(source: AlertSource, target: AlertSource, scene: AlertScene): boolean {
  return (
    source.fingerprint !== target.fingerprint &&
    source.cause !== undefined &&
    source.cause === target.cause &&
    mayBeOfOne(source, target) &&
    !source.isDerived &&
    // What was so before the deployment is no news, and hides none.
    (source.isNew || !target.isNew) &&
    // A call for an act is no news of what is wrong, and no news of that makes it needless.
    !ruleOf(source, scene)?.isCall &&
    !ruleOf(target, scene)?.isCall &&
    (target.isDerived === true || priorityOf(source) <= priorityOf(target))
  );
}

/** Which of two alerts of one cause is told: the graver, then the earlier. */
const byLead = (a: AlertRecord, b: AlertRecord): number =>
  byText(priorityOf(a), priorityOf(b)) ||
  (a.firedAtMs ?? 0) - (b.firedAtMs ?? 0) ||
  byText(a.fingerprint, b.fingerprint);

const explainedBy = (sources: readonly AlertSource[], name: string, why: string): Explanation => ({
  sources: sources.map(({ fingerprint }) => fingerprint),
  name,
  by: `${name}: ${why}`,
});

function byInhibition(
  target: AlertRecord,
  heard: readonly AlertRecord[],
  scene: AlertScene,
): Explanation | undefined {
  for (const inhibition of scene.setup.policy.inhibitions) {
    if (inhibition.isDependency && target.told) continue;
    const source = heard.find((other) => inhibits(inhibition, other, target));
    if (source)
      return explainedBy([source], inhibition.isDependency ? nameOf(source) : source.rule, inhibition.name);
  }
  return undefined;
}

function byAlerts(
  target: AlertRecord,
  heard: readonly AlertRecord[],
  scene: AlertScene,
): Explanation | undefined {
  const { explainedBy: needed, told } = target;
  if (told || !needed || needed.atLeast < 1) return undefined;
  const found = heard
    .filter(({ fingerprint }) => needed.alerts.includes(fingerprint))
    .sort((a, b) => (a.firedAtMs ?? 0) - (b.firedAtMs ?? 0) || byLead(a, b));
  if (found.length < needed.atLeast) return undefined;
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  const names = found.slice(0, 3).map(nameOf).join(', ');
  const explanation = explainedBy(found, `${names}${more}`, 'alerts of their own explain it');
  return ruleOf(target, scene)?.isCall ? { ...explanation, isNotified: true } : explanation;
}

function byCause(
  target: AlertRecord,
  heard: readonly AlertRecord[],
  scene: AlertScene,
): Explanation | undefined {
  if (target.told) return undefined;
  const source = heard
    .filter((other) => coversCause(other, target, scene) && (target.isDerived || byLead(other, target) < 0))
    .sort(byLead)[0];
  return source && explainedBy([source], nameOf(source), `the same cause, ${target.cause}`);
}

const isOver = (fingerprint: string, { state }: AlertScene): boolean =>
  (state.alerts[fingerprint]?.status ?? 'resolved') === 'resolved';

/** That what explained it is over, and that it looks back over that: it stays silent until its window has passed. */
function byEcho(target: AlertRecord, scene: AlertScene): Explanation | undefined {
  const { state, setup, nowMs } = scene;
  const echo = ruleOf(target, scene)?.echo;
  if (!echo || target.told) return undefined;
  const { explained } = target;
  if (
    explained &&
    nowMs - explained.atMs <= echo.lastsMs &&
    explained.sources.every((one) => isOver(one, scene))
  )
    return { ...explained, by: `echo of ${explained.name}`, isEcho: true };
  for (const { members } of Object.values(state.incidents)) {
    const source = members.find(
      (member) =>
        member.endedMs !== undefined &&
        member.wasHeard &&
        target.sinceMs <= member.endedMs + echo.beginsMs &&
        nowMs <= member.endedMs + echo.lastsMs &&
        isOver(member.fingerprint, scene) &&
        (coversCause(member, target, scene) ||
          setup.policy.inhibitions.some((inhibition) => inhibits(inhibition, member, target))),
    );
    const name = source && nameOf(source);
    if (source && name) return { sources: [source.fingerprint], name, by: `echo of ${name}`, isEcho: true };
  }
  return undefined;
}

/** What a person calls an alert: its rule, and which of its alerts it is. */
export function nameOf({ rule, labels }: Pick<AlertSource, 'rule' | 'labels'>): string {
  const subject = labels.check ?? labels.trigger ?? labels.channel ?? labels.job;
  return subject === undefined ? rule : `${rule} ${subject}`;
}

/** Why nobody need be told of an alert: another that somebody hears of says it, or did until now. */
export function explanationOf(target: AlertRecord, scene: AlertScene): Explanation | undefined {
  const heard = scene.alerts.filter((alert) => alert.status === 'firing' && isHeard(alert, scene));
  return (
    byInhibition(target, heard, scene) ??
    byAlerts(target, heard, scene) ??
    byCause(target, heard, scene) ??
    byEcho(target, scene)
  );
}
