import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalogue } from '../../../../health-tests/catalogue.ts';
import { alertRules } from '../../../../src/alerts/rules/make-rules.ts';
import { defaultNaming } from '../../../../src/alerts/signals/algebra/signal-naming.ts';
import { commandAsStarted } from '../../../../src/core/text/shell-text.ts';
import { thresholds } from '../../../../src/core/thresholds/thresholds.ts';
import { openHistory } from '../../../../src/history/open-history.ts';
import { type Served, serve } from '../../../../src/monitor/loop/serve.ts';
import type { StatusInput } from '../../../../src/monitor/loop/watch-status.ts';
import type { PageSource } from '../../../../src/views/page/facts.ts';
import { openPage } from '../../../../src/views/page/live/routes.ts';
import { served } from '../../../release/gate/served.ts';
import type { Incident } from './incident.ts';
import { type MadeWatch, makeWatch } from './made-watch.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A page over a made-up watch, at a time that only the test moves. */
export interface Scene {
  url: string;
  source: PageSource;
  watch: MadeWatch;
  nowMs(): number;
  /** The watch goes on, and time with it. */
  goOn(ms: number): void;
  /** Time goes by, and the watch does nothing. */
  wait(ms: number): void;
  /** The port is gone. */
  closePort(): Promise<void>;
  /** And there again. */
  openPort(): Promise<void>;
  close(): Promise<void>;
}

/** A scene of the last hour in which the service has been slow for some minutes, and still is. */
export const openSlowScene = (slowMin: number, options: SceneOptions = {}): Promise<Scene> =>
  openScene({
    hours: 1,
    sampleMs: 30_000,
    incidents: [{ kind: 'slow', fromMin: slowMin, toMin: -60 }],
    ...options,
  });

export interface SceneOptions {
  hours?: number;
  /** Milliseconds before the end. */
  incidents?: readonly (Omit<Incident, 'fromMs' | 'toMs'> & { fromMin: number; toMin: number })[];
  sampleMs?: number;
  intervalMs?: number;
  /** Changes what the page is given. */
  source?: (nowMs: number, watch: MadeWatch) => Partial<PageSource>;
  status?: (status: StatusInput) => StatusInput;
  prepare?: (watch: MadeWatch, nowMs: number) => void;
  beatMs?: number;
  endMs?: number;
}

/** What changes something on the page's port asks for. */
export const token = 'a-token-of-the-tests';

/** What the port shows beside the page. */
export const nothing: Served = served;

/** Makes a watch of some hours, with its last minutes judged by the real rules, and serves its page. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-page-'));
  const endMs = options.endMs ?? Date.UTC(2026, 10, 24, 3, 10);
  let nowMs = endMs;
  const history = openHistory({ file: path.join(folder, 'vigil.sqlite'), now: () => new Date(nowMs) });
  const incidents = (options.incidents ?? []).map(({ kind, fromMin, toMin }) => ({
    kind,
    fromMs: endMs - fromMin * minute,
    toMs: endMs - toMin * minute,
  }));
  const watch = makeWatch({
    history,
    endMs,
    startMs: endMs - (options.hours ?? 3) * hour,
    incidents,
    sampleMs: options.sampleMs ?? 15_000,
    intervalMs: options.intervalMs ?? 300_000,
    evaluateFromMs: endMs - 5 * minute,
  });
  options.prepare?.(watch, endMs);
  const source: PageSource = {
    name: 'Genesis',
    history,
    table: thresholds,
    rules: alertRules(thresholds),
    naming: defaultNaming,
    catalogue,
    status: () => {
      const status = watch.status(nowMs);
      return options.status ? options.status(status) : status;
    },
    lastTickMs: watch.lastTickMs,
    sampleMs: options.sampleMs ?? 15_000,
    suite: { root: process.cwd(), command: undefined },
    ownCommand: commandAsStarted({
      folder: '/srv/shop',
      program: ['npx', 'vitest-vigil'],
      options: ['--config', 'shop.config.ts', '--reports', 'out'],
    }),
    isRollbackConfigured: true,
    isChangeable: true,
    ...options.source?.(endMs, watch),
  };
  const listen = (port: number) => {
    const page = openPage({ now: () => nowMs, beatMs: options.beatMs ?? 200, changes: { history, token } });
    page.show(source);
    return serve(nothing, { host: '127.0.0.1', port }, [page.extension]);
  };
  let server = await listen(0);
  const { url } = server;
  let isOpen = true;
  const closePort = async () => {
    if (isOpen) await server.close();
    isOpen = false;
  };
  const openPort = async () => {
    server = await listen(Number(new URL(url).port));
    isOpen = true;
  };
  return {
    url,
    source,
    watch,
    closePort,
    openPort,
    nowMs: () => nowMs,
    goOn(ms) {
      nowMs += ms;
      watch.goOn(nowMs);
    },
    wait(ms) {
      nowMs += ms;
    },
    async close() {
      await closePort();
      history.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
