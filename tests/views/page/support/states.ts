import type { Page } from 'playwright-core';
import type { Exchange } from '../../../../src/clients/http/exchanges.ts';
import { openKeptExchanges } from '../../../../src/monitor/loop/kept-exchanges.ts';
import { outcomeOf } from '../../../suite/outcomes/outcome-of.ts';
import { nowMs as at, gateSaying, minute, rollbackIn, rolloutAt } from './facts.ts';
import type { Scene, SceneOptions } from './scene.ts';

/** What a page can show a person: how its watch came to be, and what is done once it is served. */
export interface State {
  options: SceneOptions;
  arrange?: (scene: Scene) => void | Promise<void>;
  /** What a person does to see it. */
  look?: (page: Page) => Promise<void>;
}

const slow = { kind: 'slow', fromMin: 9, toMin: -60 } as const;
const blocked = () => rolloutAt(25, -5, { gate: gateSaying('fail') });
const going = () => ({ rollout: () => rolloutAt(25, 130) });

/** Open alerts are taken by somebody; the watch goes on for a moment. */
function acknowledgeAll({ source, watch, goOn, nowMs }: Scene): void {
  for (const { fingerprint } of Object.values(source.status().alerts.alerts)) {
    watch.history.recordAcknowledgement({
      timeMs: nowMs(),
      alertKey: fingerprint,
      who: 'carol',
      note: 'looking at the planner',
    });
  }
  goOn(minute);
}

/** A window of maintenance, for all alerts or one rule. */
function silence(scene: Scene, reason: string, rule?: string): void {
  scene.watch.history.saveMaintenance({
    id: reason,
    reason,
    fromMs: scene.nowMs() - minute,
    toMs: scene.nowMs() + 50 * minute,
    matchers: rule === undefined ? [] : [{ label: 'alertname', operator: '=', value: rule }],
    who: 'carol',
  });
  scene.goOn(minute);
}

const operation = (status: number, came: string): Exchange => ({
  method: 'POST',
  url: 'http://genesis/v1/tasks',
  sent: '{"task":"Prepare the weekly service review","requirements":["collect the incident data"]}',
  status,
  type: 'application/json',
  came,
  durationMs: status === 200 ? 41 : 402,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
});

/** What S02 asked before it failed and when it did. */
function keepExchanges({ watch, nowMs }: Scene): void {
  const note = openKeptExchanges(watch.history);
  const one = (outcome: 'pass' | 'fail', exchange: Exchange) => ({
    ...outcomeOf('S02', outcome),
    exchanges: [exchange],
  });
  note([one('pass', operation(200, '{"taskId":"t-1","status":"completed"}'))], nowMs() - 15 * minute);
  note([one('fail', operation(200, '{"taskId":"t-9","status":"completed"}'))], nowMs() - minute);
}

const rolledBack = rollbackIn('succeeded', 'validate', 20, { endedMs: at - 4 * minute });

/** The states in which a page is looked at and searched for violations. */
export const states: Record<string, State> = {
  'just started': {
    options: {
      hours: 1,
      status: (status) => ({ ...status, last: undefined, startedMs: status.nowMs - 40_000 }),
    },
  },
  green: { options: { source: going } },
  'one failing': { options: { incidents: [{ kind: 'flip', fromMin: 9, toMin: -60 }], source: going } },
  unknown: { options: { incidents: [{ kind: 'starved', fromMin: 12, toMin: -60 }], source: going } },
  'many failing, one cause': {
    options: {
      incidents: [slow, { kind: 'errors', fromMin: 8, toMin: -60 }, { kind: 'down', fromMin: 7, toMin: -60 }],
      source: () => ({ rollout: blocked }),
    },
  },
  ready: { options: { source: () => ({ rollout: () => rolloutAt(25, -5, { gate: gateSaying('pass') }) }) } },
  blocked: { options: { source: () => ({ rollout: blocked }) } },
  overdue: {
    options: {
      source: () => ({ rollout: () => rolloutAt(25, -200, { gate: gateSaying('inconclusive') }) }),
    },
  },
  'pending trigger': {
    options: { incidents: [{ kind: 'errors', fromMin: 4, toMin: -60 }], source: going },
  },
  'rollback required': {
    options: { incidents: [{ kind: 'errors', fromMin: 12, toMin: -60 }], source: going },
  },
  'rollback running': {
    options: {
      incidents: [{ kind: 'errors', fromMin: 12, toMin: -60 }],
      source: () => ({ rollbackRuns: () => [rollbackIn('running', 'verify', 3)], rollout: blocked }),
    },
  },
  'rolled back': {
    options: {
      incidents: [{ kind: 'errors', fromMin: 22, toMin: 5 }],
      source: () => ({ rollbackRuns: () => [rolledBack] }),
    },
  },
  'rollback failed': {
    options: {
      incidents: [{ kind: 'errors', fromMin: 22, toMin: -60 }],
      source: () => ({
        rollbackRuns: () => [
          rollbackIn('failed', 'verify', 20, {}, 'still red after the rollback: C06 2.1 % (must be < 0.1 %)'),
        ],
      }),
    },
  },
  silenced: {
    options: { incidents: [slow], source: going },
    arrange: (scene) => silence(scene, 'planner restarts', 'HighLatencyP95'),
  },
  maintenance: {
    options: { source: going },
    arrange: (scene) => silence(scene, 'move to the new database'),
  },
  acknowledged: { options: { incidents: [slow], source: going }, arrange: acknowledgeAll },
  ended: {
    options: { hours: 48, source: () => ({ rollout: () => rolloutAt(100, 0) }) },
    arrange(scene) {
      scene.watch.history.endGrid(scene.nowMs());
      scene.wait(10 * minute);
    },
  },
  stale: { options: { incidents: [slow] } },
  'open check': {
    options: {
      incidents: [slow],
      source: () => ({ ...going(), traceUrl: (id) => `http://jaeger/trace/${id}` }),
    },
    arrange: keepExchanges,
    look: (page) => page.click('[data-check=S02] summary'),
  },
};
