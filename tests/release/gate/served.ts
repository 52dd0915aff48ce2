/** A loop's port with nothing of its own: what the gate adds to it is looked at. */
export const served = {
  metrics: () => '',
  health: () => ({ ok: true, lastTickMs: 0 }),
  ready: () => ({ ok: true, reason: '' }),
  status: () => ({}),
  evidence: () => ({}),
  alerts: () => ({}),
};
