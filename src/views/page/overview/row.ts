import { incidentsOf } from '../../../alerts/index.ts';
import { gatherFacts, type PageSource } from '../facts.ts';
import { headlineOf } from '../headline/headline.ts';
import type { Level } from '../headline/situation.ts';
import type { RolloutFacts } from '../rollout-facts.ts';

/** What the overview says of one deployment. */
export interface DeploymentRow {
  title: string;
  level: Level;
  /** The sentence of the deployment's own page. */
  headline: string;
  /** What to do now; empty where nothing is to be done. */
  next: string;
  /** `25 %`; `not recorded` without a deployment. */
  stage: string;
  /** What the gate would say to the next stage. */
  nextGate: string;
  openIncidents: number;
}

const gateWords = { pass: 'open', fail: 'blocked', inconclusive: 'not yet' } as const;

function gateText(rollout: RolloutFacts | undefined): string {
  if (!rollout) return '';
  const { gate } = rollout;
  return gate ? `${gate.to} %: ${gateWords[gate.verdict]}` : 'all stages taken';
}

/** Reads what the overview says of a deployment at one instant. */
export function deploymentRow(source: PageSource, nowMs: number): DeploymentRow {
  const facts = gatherFacts(source, nowMs);
  const { level, lead, because, next = '' } = headlineOf(facts);
  const { rollout } = facts;
  return {
    title: source.name,
    level,
    headline: `${lead}: ${because}`,
    next,
    stage: rollout ? `${rollout.percent} %` : 'not recorded',
    nextGate: gateText(rollout),
    openIncidents: incidentsOf(facts.status.alerts).filter(({ endedMs }) => endedMs === undefined).length,
  };
}
