import { immediateRule } from '../engine/immediate-rule.ts';
import type { Observation } from '../engine/inputs.ts';
import { runbookOfAlert } from './rule.ts';

/** The alert while the watch can write nothing down; it waits for no company, as all that would come with it is in doubt. */
export const recordingRule = immediateRule(
  'WatchNotRecording',
  { severity: 'critical', priority: 'P1', signal: 'recording' },
  { groupWaitMs: 0 },
);

/** Why nothing can be written down, in a sentence that names the folder. */
interface RecordingTrouble {
  reason: string;
  folder: string;
}

/** The reading of the watch's own recording. */
export const observeRecording = (isRecording: boolean): Observation => ({
  rule: recordingRule.name,
  labels: {},
  reading: { state: isRecording ? 'clear' : 'breached' },
});

/**
 * What a person is told while nothing can be written down, and at its end. While the alert is open its reason is known only to
 * the watch itself: another process has the history alone.
 */
export function recordingText(trouble: RecordingTrouble | undefined, isOpen = trouble !== undefined) {
  const runbook = runbookOfAlert(recordingRule.name);
  if (!isOpen) return { summary: 'The watch records again; what came between is a gap', runbook };
  const folder = trouble?.folder ?? 'the reports folder';
  return {
    summary: `The watch cannot record${trouble ? `: ${trouble.reason}` : ''}`,
    description:
      'Until it can, no alert, gate or rollback can be relied on: alerts are judged by the checks alone, live traffic is not judged, the gate decides nothing and no rollback starts by itself.',
    next: `free space on the disk of ${folder}, or make it writable, and watch the deployment by other means until then`,
    runbook,
  };
}
