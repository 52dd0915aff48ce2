import { expect, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { embeddedTargetId } from '../../../src/core/config/effective.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { type EmbeddedTarget, openHarness } from '../../../src/suite/harness/open-harness.ts';
import { httpServer } from '../../clients/servers.ts';

const config = (input: object = {}) => validateConfig(input, 'config');
const isOpen = (url: string) =>
  fetch(url, { method: 'POST' }).then(
    () => true,
    () => false,
  );

test('the embedded target gets the receiver’s address, and both end with the harness', async () => {
  const seen: string[] = [];
  let stopped = 0;
  const start = async (receiver: string): Promise<EmbeddedTarget> => {
    seen.push(receiver);
    return {
      target: { orchestration: 'http://embedded' },
      stop: async () => {
        stopped += 1;
      },
    };
  };
  const harness = await openHarness(config(), start);
  const [receiver = ''] = seen;
  expect(harness.target).toEqual({ orchestration: 'http://embedded', traces: { receiver } });
  expect(harness.contextFor('c1')).toMatchObject({ cycleId: 'c1', declared: ['orchestration', 'traces'] });
  expect(await isOpen(receiver)).toBe(true);
  await harness.close();
  expect([stopped, await isOpen(receiver)]).toEqual([1, false]);
});

test('every embedded start is the same target: its port is no identity', async () => {
  const start = async (): Promise<EmbeddedTarget> => ({
    target: { orchestration: 'http://embedded' },
    stop: async () => {},
  });
  const first = await openHarness(config(), start);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await openHarness(config(), start);
  expect([first.targetId, second.targetId]).toEqual([embeddedTargetId, embeddedTargetId]);
  await Promise.all([first.close(), second.close()]);
});

test('a target that can’t be started leaves nothing open', async () => {
  let receiver = '';
  const start = async (url: string): Promise<EmbeddedTarget> => {
    receiver = url;
    throw new Error('no port');
  };
  await expect(openHarness(config(), start)).rejects.toThrow('no port');
  expect(await isOpen(receiver)).toBe(false);
});

test('thresholds that make no sense are refused before anything is started', async () => {
  let started = false;
  const start = async (): Promise<EmbeddedTarget> => {
    started = true;
    throw new Error('started');
  };
  const senseless = config({ thresholds: { coverage: { slo: { value: 1 } } } });
  await expect(openHarness(senseless, start)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(started).toBe(false);
});

test('a configured target is watched as it is, under its URL without the password', async () => {
  const url = await httpServer((_, response) => response.end());
  const orchestration = url.replace('http://', 'http://user:hunter2@');
  const harness = await openHarness(config({ target: { orchestration } }), () => {
    throw new Error('nothing embedded is asked for');
  });
  expect(harness).toMatchObject({ embedded: false, target: { orchestration } });
  expect(harness.targetId).toBe(url.replace('http://', 'http://user:[redacted]@'));
  await harness.close();
});

test('a configured receiver listens where the configuration says', async () => {
  const receiver = `http://127.0.0.1:${await freePort()}`;
  const input = { target: { orchestration: 'http://target', traces: { receiver } } };
  const harness = await openHarness(config(input), () => {
    throw new Error('nothing embedded is asked for');
  });
  expect(harness.target.traces).toEqual({ receiver });
  expect(await isOpen(receiver)).toBe(true);
  await harness.close();
  expect(await isOpen(receiver)).toBe(false);
});
