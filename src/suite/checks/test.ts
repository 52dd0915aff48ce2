import { test as base } from 'vitest';
import type { Measure } from './measure.ts';
import type { Probes } from './probe-calls.ts';
import type { TargetClient } from './target-client.ts';
import { openTools, type Tools } from './tools.ts';

type Use<T> = (value: T) => Promise<void>;
type Given = { tools: Tools };

interface Fixtures extends Pick<Tools, 'target' | 'measure' | 'probe'> {
  tools: Tools;
}

/** Vitest’s `test` with `target`, `measure` and `probe`. A plain test passes by what it expects; it may measure. */
export const test = base.extend<Fixtures>({
  tools: async ({ task, annotate }, use) => {
    const tools = await openTools({ task, annotate });
    await use(tools);
    tools.judge();
  },
  target: async ({ tools }: Given, use: Use<TargetClient>) => use(tools.target),
  measure: async ({ tools }: Given, use: Use<Measure>) => use(tools.measure),
  probe: async ({ tools }: Given, use: Use<Probes>) => use(tools.probe),
});
