/** Something that goes wrong in a made-up watch, in milliseconds since 1970. */
export interface Incident {
  kind: 'slow' | 'errors' | 'down' | 'halo' | 'missed' | 'starved' | 'flip';
  fromMs: number;
  toMs: number;
}

/** Deterministic noise between 0 and 1. */
export const noise = (index: number): number => (Math.imul(index + 1, 2654435761) >>> 0) / 2 ** 32;

/** Whether an incident of this kind is there at a time. */
export const during = (incidents: readonly Incident[], kind: Incident['kind'], atMs: number): boolean =>
  incidents.some((incident) => incident.kind === kind && atMs >= incident.fromMs && atMs < incident.toMs);
