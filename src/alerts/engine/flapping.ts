import type { FlappingPolicy, Reading } from './inputs.ts';
import type { AlertRecord, EngineState } from './state.ts';

/** Adds a reading to the last ones of an alert; what was not breached among them is not kept. */
export function keepReading(
  state: EngineState,
  fingerprint: string,
  { state: reading }: Reading,
  { readings }: FlappingPolicy,
): void {
  const before = state.recent[fingerprint] ?? '';
  if (reading === 'gone') delete state.recent[fingerprint];
  if (reading !== 'breached' && reading !== 'clear') return;
  const recent = `${before}${reading === 'breached' ? 'x' : '.'}`.slice(-readings);
  if (recent.includes('x')) state.recent[fingerprint] = recent;
  else delete state.recent[fingerprint];
}

/** How many of the last readings were breaches, from the last of the `episodes` on until it has calmed down. */
export function flappingOf(
  recent: string,
  { episodes, calm }: FlappingPolicy,
  isFlapping: boolean,
): AlertRecord['flapping'] {
  const begun = recent.match(/x+/g)?.length ?? 0;
  const isCalm = begun === 0 || recent.endsWith('.'.repeat(calm));
  if (isCalm || (begun < episodes && !isFlapping)) return undefined;
  return { failed: recent.replaceAll('.', '').length, of: recent.length };
}
