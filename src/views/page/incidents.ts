import { byText } from '../../core/index.ts';
import { distanceFromCause } from './causes.ts';
import type { ShownAlert } from './open-alerts.ts';

/** What went wrong as one: the alert that says the cause, and what follows from it. */
export interface ShownIncident {
  /** The same for as long as it is open. */
  id: string;
  lead: ShownAlert;
  others: ShownAlert[];
  /** The gravest of its alerts. */
  priority: string;
}

/** How little an alert says of the cause: one that another explains the least. */
const distance = (alert: ShownAlert): number => 4 * Number(alert.isExplained) + distanceFromCause(alert);

/** Alerts by the incident that they are part of, each told by its cause; the order of the gravest in each is kept. */
export function incidentsOfAlerts(alerts: readonly ShownAlert[]): ShownIncident[] {
  const groups = Map.groupBy(alerts, ({ incident, fingerprint }) => incident ?? fingerprint);
  return [...groups]
    .flatMap(([id, members]): ShownIncident[] => {
      const [lead, ...others] = members.toSorted((a, b) => distance(a) - distance(b));
      if (!lead) return [];
      const [priority = lead.priority] = members.map((alert) => alert.priority).sort(byText);
      return [{ id, lead, others, priority }];
    })
    .sort((a, b) => Number(a.lead.isExplained) - Number(b.lead.isExplained));
}
