import { type Exposition, readExposition, send } from '../../clients/index.ts';
import { messageOf } from '../../core/index.ts';

/** How a service is asked. */
export interface AskLimits {
  timeoutMs: number;
  signal: AbortSignal | undefined;
  headers?: Record<string, string>;
  /** How many series its metrics may have; the reader's own limit without it. */
  sampleLimit?: number | undefined;
}

/** The metrics of a service; what it answers instead is thrown as a sentence with its address. */
export async function scrape(url: string, asking: AskLimits): Promise<Exposition> {
  const answer = await send(url, asking);
  if (answer.status !== 200) throw new Error(`${answer.url} answered ${answer.status}`);
  try {
    return await readExposition(answer.text, { maxSeries: asking.sampleLimit });
  } catch (thrown) {
    throw new Error(`${answer.url}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
