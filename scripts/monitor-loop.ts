import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import { givenSecret } from '../src/core/index.ts';
import { type LoopOptions, type LoopSurroundings, runLoop } from '../src/monitor/index.ts';
import {
  automaticRollback,
  gateExtension,
  gateSetup,
  rollbackAdvice,
  rollbackAnswer,
  rollbackRuns,
  shadowRollbacks,
} from '../src/release/index.ts';
import { criteriaOf } from '../src/suite/index.ts';
import { openPage, openRollout } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageVersion } from './package-root.ts';
import { suiteOf } from './suite-of.ts';

export interface LoopArguments
  extends Pick<
    LoopOptions,
    'config' | 'folder' | 'intervalMs' | 'durationMs' | 'thenIntervalMs' | 'host' | 'port' | 'signal' | 'say'
  > {
  configFile: string | undefined;
}

/** The gate and the page on the port of the loop, and the rollback. */
function additionsTo(
  { config, configFile, durationMs }: LoopArguments,
  suite: LoopOptions['suite'],
  { history, targetId, redactor, queue, say }: LoopSurroundings,
): ReturnType<LoopOptions['additions']> {
  const setup = {
    ...gateSetup(config, targetId),
    // As they are when somebody asks: the files of a suite may have changed since the start.
    get criteria() {
      return criteriaOf(config, suite);
    },
  };
  const advice = rollbackAdvice(config, history);
  const page = openPage();
  const token = config.server.token && givenSecret(config.server.token, 'server.token', redactor);
  return {
    extensions: [gateExtension({ history, setup, now: Date.now, token }), page.extension],
    rollbackAdvice: advice,
    rollbackAnswer: rollbackAnswer(config, history),
    onEvaluated: automaticRollback({ config, configFile, history, tell: queue, say }),
    onOpened: ({ rules, table, naming, status, lastTickMs, startedMs }) =>
      page.show({
        name: config.name,
        history,
        table,
        rules,
        naming,
        catalogue: suite.catalogue,
        status,
        lastTickMs,
        sampleMs: config.sampleInterval,
        endsMs: durationMs === undefined ? undefined : startedMs + durationMs,
        rollout: openRollout(history, setup),
        rollbackAdvice: advice,
        rollbackRuns: (fromMs, toMs) => rollbackRuns(history, fromMs, toMs),
        shadowRollbacks: (fromMs, toMs) => shadowRollbacks(history, fromMs, toMs),
      }),
  };
}

/** `vigil monitor --loop`: runs the watch until its time is over or it is told to end; returns the exit code of its verdict. */
export async function monitorLoop(given: LoopArguments): Promise<number> {
  const { config, folder } = given;
  const suite = suiteOf(config, folder);
  const verdict = await runLoop({
    ...given,
    suite,
    version: packageVersion,
    startEmbedded: startEmbeddedGenesis,
    additions: (surroundings) => additionsTo(given, suite, surroundings),
    // Loaded only then: a watch of two days needs it once.
    onEnd: async (say) => (await import('./final-report.ts')).writeFinalReport(config, say),
  });
  return exitCodes[verdict];
}
