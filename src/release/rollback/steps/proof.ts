import { isDeepStrictEqual } from 'node:util';
import { evaluateFlag, parseExposition, runningRelease, send, sumOf } from '../../../clients/index.ts';
import { messageOf } from '../../../core/index.ts';
import { type Readings, type RollbackProof, type RunningReading, whyNotProven } from '../proof.ts';
import { type Performer, ReleaseNotProven, type StepContext } from './context.ts';
import { postgresEnvironment } from './postgres.ts';
import { waitFor } from './wait.ts';

/** How often a service is asked: behind one address there may be several, of different releases. */
const asks = 10;

/** When the process of a service started; a service whose metrics don't say it has none. */
async function startedSeconds(url: string): Promise<number | undefined> {
  try {
    const { text } = await send(`${url}/metrics`, { timeoutMs: 3000 });
    return sumOf(parseExposition(text), 'process_start_time_seconds');
  } catch {
    return undefined;
  }
}

async function ofService(url: string, answers: readonly string[]): Promise<RunningReading> {
  const started = await startedSeconds(url);
  return { answers: [...new Set(answers)].sort(), ...(started !== undefined && { startedSeconds: started }) };
}

const shareOf = (count: number, { variant, samples }: Extract<RollbackProof, { by: 'share' }>): string =>
  `${count} of ${samples} targeting keys get “${variant}”`;

async function evaluatedShare(proof: Extract<RollbackProof, { by: 'share' }>): Promise<string> {
  const { url, key, variant, value, samples } = proof;
  let count = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const answer = await evaluateFlag(url, key, `vigil-rollback-${sample}`);
    const agrees =
      answer.variant === undefined ? isDeepStrictEqual(answer.value, value) : answer.variant === variant;
    if (agrees) count += 1;
  }
  return shareOf(count, proof);
}

type Place = [where: string, read: () => Promise<RunningReading>];

/** What a proof rests on: each place with the way to read it. */
function placesOf(proof: RollbackProof, context: StepContext): Place[] {
  switch (proof.by) {
    case 'release':
      return proof.sources.map((source) => [
        source.url,
        async () => {
          const ids: string[] = [];
          for (let ask = 0; ask < asks; ask += 1) ids.push(await runningRelease(source.url, source));
          return ofService(source.url, ids);
        },
      ]);
    case 'share':
      return [
        [`flag ${proof.key} at ${proof.url}`, async () => ({ answers: [await evaluatedShare(proof)] })],
      ];
    case 'query': {
      const { name, command, urls } = proof;
      const asked = async (): Promise<RunningReading> => {
        if (!command) throw new Error('rollback.database.proof is not configured');
        const said = await context.run({ command, env: postgresEnvironment(proof, context) });
        return { answers: [said.trim()] };
      };
      return [[name, asked], ...urls.map((url): Place => [url, () => ofService(url, [])])];
    }
  }
}

const expectedOf = (proof: RollbackProof): string | undefined =>
  proof.by === 'share' ? shareOf(proof.samples, proof) : proof.expected;

export const readBefore: Performer<'read-before'> = {
  async perform({ proof }, context) {
    const readings: Readings = {};
    const said: string[] = [];
    for (const [where, read] of placesOf(proof, context)) {
      try {
        readings[where] = await read();
        said.push(`${where}: ${readings[where].answers.join(' and ') || 'start of its process read'}`);
      } catch (thrown) {
        // Down, perhaps for the reason of this rollback.
        context.signal.throwIfAborted();
        said.push(`${where}: unknown, ${messageOf(thrown)}`);
      }
    }
    context.before.keep(readings);
    return said.join('; ');
  },
};

export const prove: Performer<'prove'> = {
  async perform({ proof, timeoutMs }, context) {
    if (proof.by === 'query' && !proof.command)
      throw new ReleaseNotProven(`${proof.name}: rollback.database.proof is not configured`);
    const before = context.before.readings();
    const after: Readings = {};
    const ask = async () => {
      for (const [where, read] of placesOf(proof, context)) after[where] = await read();
      const doubt = whyNotProven(expectedOf(proof), before, after);
      if (doubt !== undefined) throw new Error(doubt);
    };
    const { took, missing } = await waitFor(ask, timeoutMs, context);
    if (missing !== undefined) throw new ReleaseNotProven(`${missing} (asked for ${took})`);
    const said = Object.entries(after).flatMap(([where, { answers }]) => {
      const was = before[where]?.answers.join(' and ');
      return answers.length > 0 ? [`${where}: ${answers[0]}${was ? `, was ${was}` : ''}`] : [];
    });
    return said.join('; ');
  },
};
