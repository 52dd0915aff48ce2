import type { SampleSource, Series } from '../../alerts/index.ts';
import { HistoryError } from '../../history/index.ts';

type Question = Parameters<SampleSource['series']>;
const keyOf = (question: Question): string => JSON.stringify(question);

/** A source of which one evaluation asks the same only once, as several rules do; with what was read ahead. */
export function askedOnce(
  source: SampleSource,
  ahead: ReadonlyMap<string, Series[]> = new Map(),
): SampleSource {
  const answers = new Map(ahead);
  const { newest } = source;
  return {
    ...(newest && { newest: (...question: Question) => newest(...question) }),
    series(...question) {
      const key = keyOf(question);
      const known = answers.get(key) ?? source.series(...question);
      answers.set(key, known);
      return [...known];
    },
  };
}

/** Reads in parts, which may be interrupted, what `ask` will ask a source for; it asks the same whatever it is answered. */
export function* readAhead(
  source: SampleSource,
  ask: (source: SampleSource) => void,
): Generator<undefined, Map<string, Series[]>> {
  const questions = new Map<string, Question>();
  ask({
    series(...question) {
      questions.set(keyOf(question), question);
      return [];
    },
    newest: () => [],
  });
  const answers = new Map<string, Series[]>();
  for (const [key, question] of source.seriesInParts ? questions : []) {
    try {
      answers.set(key, (yield* source.seriesInParts?.(...question) ?? []) ?? []);
    } catch {
      // Asked again by who needs it, it fails again.
    }
  }
  return answers;
}

/** What a deployment shows with more series than are read is unknown. */
export function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (thrown) {
    if (thrown instanceof HistoryError && thrown.failure === 'refused') return undefined;
    throw thrown;
  }
}
