import { headAt, printable, redactorOf, targetIdOf, wrapped } from '../src/core/index.ts';
import { gateSetup } from '../src/release/index.ts';
import { criteriaOf } from '../src/suite/index.ts';
import { type HandoverDocument, handover } from '../src/views/index.ts';
import { withHistory } from './history-reader.ts';
import { suiteOf } from './suite-of.ts';
import { configured, json, type SharedOptions } from './values.ts';
import { wordContextOf } from './word-context.ts';

/** `vigil handover`: five sentences for the change of shift. */
export async function runHandover(args: SharedOptions): Promise<void> {
  const loaded = await configured(args);
  const { config, folder } = loaded;
  const { redact } = redactorOf(config);
  const setup = gateSetup(config, targetIdOf(config), criteriaOf(config, suiteOf(config, folder)));
  await withHistory(config.reports, 'nothing can be handed over', (history) => {
    const said = handover({ history, setup, words: wordContextOf(loaded, history), nowMs: Date.now() });
    const document: HandoverDocument = { ...headAt(Date.now()), ...said };
    const text = Object.values(said).flatMap((sentence) => wrapped(printable(redact(sentence)), '', 100));
    process.stdout.write(args.json ? redact(json(document)) : `${text.join('\n')}\n`);
  });
}
