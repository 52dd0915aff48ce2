import { failureText } from '../../../suite/index.ts';
import { failingChecks, nameOfCheck } from '../causes.ts';
import type { Facts } from '../facts.ts';
import { incidentsOfAlerts } from '../incidents.ts';
import { openAlerts } from '../open-alerts.ts';
import { clockText, countText } from '../words.ts';

/** What the document says to who has no script: the incidents, and the checks that did not pass, a line each. */
export function plainView(facts: Facts) {
  const open = openAlerts(facts).filter(({ status }) => status !== 'resolved');
  const named = nameOfCheck(facts);
  const unknown = (facts.cycle?.outcomes ?? []).filter(({ outcome }) => outcome === 'unknown');
  return {
    now: clockText(facts.nowMs),
    incidents: incidentsOfAlerts(open).map(({ lead, others, priority }) => {
      const more = others.length === 0 ? '' : `; ${countText(others.length, 'consequence')}`;
      return `${priority} ${lead.says} (${lead.status} since ${clockText(lead.sinceMs)}${more}); next: ${lead.next}`;
    }),
    checks: [
      ...(facts.isOwnCycle ? [] : ['no cycle of this watch has ended yet']),
      ...failingChecks(facts).map((check) => `fail: ${failureText(check, named(check.id))}`),
      ...unknown.map((check) => `unknown: ${failureText(check, named(check.id))}`),
    ],
  };
}

export type PlainView = ReturnType<typeof plainView>;
