// @module-tag chromium

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inOrder } from '../../support/in-order.ts';
import { launchBrowser, open, violations } from './support/browser.ts';
import { nowMs as at, gateSaying, minute, rollbackIn, rolloutAt } from './support/facts.ts';
import { openScene, type SceneOptions } from './support/scene.ts';
import { type State, states } from './support/states.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** A scene and a page on it; what went wrong in the page fails the test at its end. */
async function show(options: SceneOptions = {}, how: Parameters<typeof open>[2] = {}, query = '') {
  const scene = await openScene({ sampleMs: 30_000, ...options });
  const { page, wrong, close } = await open(browser, `${scene.url}/${query}`, how);
  onTestFinished(async () => {
    await close();
    await scene.close();
  });
  return { scene, page, wrong };
}

const textOf = (page: Page, selector: string) => page.locator(selector).innerText();
const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll(/\s+/g, ' ').trim();
const firing: SceneOptions = { incidents: [{ kind: 'slow', fromMin: 9, toMin: -60 }] };

describe('the page of a healthy watch', () => {
  test('says so, and shows the figures, the seven charts and the 36 checks without a complaint', async () => {
    const { page, wrong } = await show({ source: () => ({ rollout: () => rolloutAt(25, 130) }) });
    expect(plain(await textOf(page, '#sentence'))).toMatch(
      /^Nothing to do: 32 of 32 checks pass, error ratio/,
    );
    expect(plain(await textOf(page, '[data-part=next]'))).toContain('stay at 25 % until 05:20 UTC');
    expect(await page.locator('.stat').count()).toBe(4);
    expect(await page.locator('.stat[data-outcome=pass]').count()).toBe(4);
    expect(await page.locator('.chart canvas').count()).toBe(7);
    expect(await page.locator('.check').count()).toBe(36);
    expect(await page.locator('.check[data-outcome=pass]').count()).toBe(32);
    expect(plain(await textOf(page, '#alerts'))).toContain('No alert is pending or firing.');
    expect(await page.title()).toBe('Nothing to do · Genesis · Vigil');
    expect(await violations(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test('has no violation in the dark, and the theme can be chosen and is kept', async () => {
    const { page, wrong } = await show({}, { colorScheme: 'dark' });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    expect(await violations(page)).toEqual([]);
    await page.click('#theme');
    expect(await textOf(page, '#theme')).toBe('Theme: light');
    expect(await ground()).not.toBe(dark);
    await page.reload();
    await page.waitForSelector('.chart canvas');
    expect(await ground()).not.toBe(dark);
    expect(wrong).toEqual([]);
  });

  test('fits a phone without scrolling sideways, and everything to press is large enough', async () => {
    const { page, wrong } = await show(firing, { viewport: { width: 390, height: 844 }, hasTouch: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.click('[data-check=H11] summary');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    const small = await page.locator('button, summary, .picker label').evaluateAll((all) =>
      all
        .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 24 || box.width < 24))
        .map(({ text }) => text),
    );
    expect(small).toEqual([]);
    expect(await violations(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test('can be used by keyboard alone: range, checks, values of a chart', async () => {
    const { page } = await show();
    await page.focus('input[value="6"]');
    await page.keyboard.press('ArrowLeft');
    // Waiting inside of the page would evaluate text there, which its policy forbids.
    await page.waitForURL('**/?hours=1');
    await page.locator('#says-latency', { hasText: /^last 1h/ }).waitFor({ state: 'attached' });
    await page.focus('[data-check=C07] summary');
    await page.keyboard.press('Enter');
    expect(await textOf(page, '[data-check=C07] .check-more')).toContain(
      'Measures P95 latency of live traffic',
    );
    await page.focus('[data-chart=latency] .plot');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await textOf(page, '#chart-says')).toMatch(
      /^\d\d:\d\d:\d\d UTC: P95 .+, P50 .+, P99 .+, critical 200 ms$/,
    );
    expect(await textOf(page, '[data-chart=latency] .chart-time')).toMatch(/^at \d\d:\d\d$/);
  });
});

describe('the page while something is wrong', () => {
  test('leads with what to do, shows value against limit, and when the rollback falls due', async () => {
    const { page, wrong } = await show({
      ...firing,
      source: () => ({ rollout: () => rolloutAt(25, 130, { gate: gateSaying('fail') }) }),
    });
    expect(plain(await textOf(page, '#sentence'))).toMatch(/^(Hold at 25 %|Roll back now): /);
    await page.locator('.consequences > summary', { hasText: 'HighLatencyP95' }).click();
    const alert = page.locator('.alert', { hasText: 'HighLatencyP95' });
    expect(plain(await alert.innerText())).toMatch(
      /explained.*P1.*P95 latency \d+ ms \(> 200 ms\).*limit > 200 ms/s,
    );
    expect(await page.locator('.check[data-outcome=fail]').count()).toBe(3);
    expect(plain(await textOf(page, '[data-check=H11] summary'))).toContain('317 ms < 200 ms');
    expect(plain(await textOf(page, '#rollout'))).toContain('Gate to 50 % is blocked, 1 of 2 conditions met');
    await page.click('.gate summary');
    expect(plain(await textOf(page, '#rollout'))).toContain('412 operations since 25 %');
    expect(wrong).toEqual([]);
  });

  test('shows an alert that comes while it is open, without being loaded again, and fetches nothing while nothing changes', async () => {
    const { scene, page, wrong } = await show({ incidents: [{ kind: 'slow', fromMin: -1, toMin: -60 }] });
    expect(await page.locator('#headline').getAttribute('data-level')).toBe('clear');
    const sizes: number[] = [];
    page.on('requestfinished', async (request) => {
      if (request.url().includes('/api/page?')) sizes.push((await request.sizes()).responseBodySize);
    });
    let beats = 0;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.eventSourceMessageReceived', () => {
      beats += 1;
    });
    for (let step = 0; step < 14; step += 1) scene.goOn(30_000);
    await page.waitForSelector('.alert[data-state=firing]');
    await page.waitForSelector('#headline[data-level=hold], #headline[data-level=act]');
    expect(await page.locator('.check[data-outcome=fail]').count()).toBe(3);
    const fetched = sizes.length;
    const heard = beats;
    await expect.poll(() => beats).toBeGreaterThan(heard + 2);
    expect(sizes).toHaveLength(fetched);
    // Seven minutes with a cycle in them, and every check with them.
    expect(Math.max(...sizes)).toBeLessThan(16_000);
    scene.goOn(30_000);
    await expect.poll(() => sizes.length).toBe(fetched + 1);
    expect(wrong).toEqual([]);
  });

  test('leaves focus, selection, scrolling and what is open as they are when news comes', async () => {
    const { scene, page, wrong } = await show({
      hours: 6,
      incidents: [
        { kind: 'missed', fromMin: 240, toMin: 150 },
        { kind: 'slow', fromMin: 9, toMin: -60 },
      ],
      source: () => ({ rollout: () => rolloutAt(25, 130, { gate: gateSaying('fail') }) }),
      status: (status) => ({
        ...status,
        ...(status.last && {
          last: {
            ...status.last,
            outcomes: status.last.outcomes.map((check) =>
              check.id === 'H11' ? { ...check, reason: `${'line\n'.repeat(100)}${status.nowMs}` } : check,
            ),
          },
        }),
      }),
    });
    const opened = ['[data-check=H11]', '[data-check=C01]', '#coverage details', '#rollout .gate'];
    for (const details of opened) await page.click(`${details} > summary`);
    const reason = page.locator('[data-check=H11] .check-reason');
    await reason.evaluate((box) => {
      box.scrollTop = 200;
    });
    const [before, alerts] = [await reason.innerText(), await textOf(page, '#alerts')];
    await page.evaluate(`{
      const link = document.querySelector('.alert:last-child a');
      link.focus();
      getSelection().selectAllChildren(document.querySelector('[data-check=H11] .check-title'));
      scrollTo(0, 500);
    }`);
    const kept = () =>
      page.evaluate(`({
        focus: document.activeElement.textContent,
        selection: getSelection().toString(),
        scrolled: [scrollY, document.querySelector('[data-check=H11] .check-reason').scrollTop],
        open: [...document.querySelectorAll('details[open]:not(.group, #commands) > summary')].length,
      })`);
    const was = await kept();
    expect(was).toMatchObject({ selection: expect.stringMatching(/\S/), scrolled: [500, 200], open: 4 });
    for (let step = 0; step < 10; step += 1) scene.goOn(30_000);
    await expect.poll(() => reason.innerText()).not.toBe(before);
    await expect.poll(() => textOf(page, '#alerts')).not.toBe(alerts);
    expect(await kept()).toEqual(was);
    expect(wrong).toEqual([]);
  });

  test('shows a rollback with its stages, and the one before', async () => {
    const runs = [
      rollbackIn(
        'escalated',
        'verify',
        30,
        { id: 'first', endedMs: at - 20 * minute },
        'the flag made no difference',
      ),
      rollbackIn('running', 'verify', 3, { id: 'second', type: 'git' }),
    ];
    const { page, wrong } = await show({
      incidents: [{ kind: 'errors', fromMin: 12, toMin: -60 }],
      source: () => ({ rollbackRuns: () => runs }),
    });
    expect(plain(await textOf(page, '#sentence'))).toMatch(inOrder('Stand by', 'git', '3m', '4'));
    const stages = page.locator('#rollback > .run .run-stages li');
    expect(await stages.evaluateAll((items) => items.map((item) => item.dataset.state))).toEqual([
      'done',
      'done',
      'done',
      'running',
      'waiting',
    ]);
    await page.click('#rollback details summary');
    expect(plain(await textOf(page, '#rollback details'))).toContain('the flag made no difference');
    expect(await violations(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test('tells pass, fail, unknown and missed apart by shape, in words, and shows the gap', async () => {
    const { page } = await show({
      hours: 6,
      incidents: [
        { kind: 'missed', fromMin: 240, toMin: 150 },
        { kind: 'flip', fromMin: 120, toMin: 90 },
        { kind: 'starved', fromMin: 12, toMin: -60 },
      ],
    });
    const strip = (id: string) => page.locator(`[data-check=${id}] svg.strip`);
    /** Each kind of mark with where its first shape begins and ends, from above. */
    const shapes = async (id: string) => {
      const paths = await strip(id)
        .locator('path')
        .evaluateAll((all) => all.map((path) => [path.getAttribute('class'), path.getAttribute('d')]));
      return paths.map(([kind, d]) => {
        const [, top, bottom] = /^M[\d.]+ ([\d.]+)H[\d.]+V([\d.]+)/.exec(d ?? '') ?? [];
        return [kind, `${top} to ${bottom}`] as const;
      });
    };
    const kinds = new Map([...(await shapes('C10')), ...(await shapes('C07')), ...(await shapes('C01'))]);
    expect([...kinds.keys()].sort()).toEqual(['mark-f', 'mark-m', 'mark-p', 'mark-s', 'mark-u']);
    // No two look alike without their colours.
    expect(new Set(kinds.values()).size).toBe(5);
    expect(await strip('C10').getAttribute('aria-label')).toMatch(
      /^last 48 hours: \d+ passed, 6 failed, 0 unknown, 18 missed$/,
    );
    expect(plain(await textOf(page, '#coverage'))).toContain('18 missed');
    await page.click('#coverage summary');
    expect(plain(await textOf(page, '#coverage table'))).toMatch(
      /\d\d:40 \d\d:10 1h 30m not running|23:10 00:40/,
    );
    expect(plain(await textOf(page, '#checks-count'))).toBe('4 unknown, 28 passing, 4 not declared');
    expect(await violations(page)).toEqual([]);
  });
});

describe('a state of the page', () => {
  test.each<[name: string, selector: string, says: RegExp]>([
    ['just started', '[data-check=H01] summary', /not judged yet/],
    ['pending trigger', '[data-part=due]', /prepare to roll back: required in \d+m unless it recovers/],
    ['rollback running', '#command-list', /^(?!.*--execute).*--abort/],
    ['rollback failed', '#command-list', /^(?!.*--execute).*--settle/],
    ['acknowledged', '#alerts-count', /^0 firing, \d+ acknowledged/],
    ['ended', '#stale', /^The watch has ended/],
    ['open check', '[data-check=S02]', /Asked when it failed.*t-9.*The last good answer before.*t-1/i],
  ])('fits a phone in the dark without a violation: %s', async (name, selector, says) => {
    const { options, arrange, look } = states[name] as State;
    const how = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
    const { page, scene } = await show(options, how);
    await arrange?.(scene);
    await look?.(page);
    await expect.poll(async () => plain((await page.locator(selector).textContent()) ?? '')).toMatch(says);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
  });
});

describe('the page that is no longer fed', () => {
  test('says that it is stale and since when, greys its values, and recovers by itself', async () => {
    const { scene, page } = await show(firing);
    const tone = () => page.evaluate(`getComputedStyle(document.querySelector('main')).filter`);
    expect(await tone()).toBe('none');
    await scene.closePort();
    await page.waitForSelector('#stale:not([hidden])');
    expect(plain(await textOf(page, '#stale'))).toMatch(
      /^Stale: .*03:10:00 UTC; decide nothing .* \d+s old$/,
    );
    expect(await tone()).toBe('grayscale(1)');
    expect(await page.title()).toMatch(/^STALE · /);
    expect(await page.locator('#icon').getAttribute('href')).toContain('stale');
    expect(await violations(page)).toEqual([]);
    await scene.openPort();
    await page.waitForSelector('#stale', { state: 'hidden' });
    expect(await tone()).toBe('none');
  });

  test('says when the watch itself stands still, though the connection lives', async () => {
    const { scene, page, wrong } = await show();
    scene.wait(5 * minute);
    await page.waitForSelector('#stale:not([hidden])');
    expect(plain(await textOf(page, '#stale'))).toMatch(inOrder('The loop has stalled', '03:10:00 UTC'));
    await page.waitForSelector('#headline[data-level=blind]');
    expect(plain(await textOf(page, '#sentence'))).toContain('Decide nothing on this page');
    expect(wrong).toEqual([]);
  });

  test('says when the evidence can’t be read', async () => {
    let isBroken = false;
    const { page, scene } = await show({
      status(status) {
        if (isBroken) throw new Error('disk I/O error');
        return status;
      },
    });
    isBroken = true;
    scene.wait(1000);
    await page.waitForSelector('#stale:not([hidden])');
    expect(plain(await textOf(page, '#stale'))).toContain(
      'Stale: the evidence can’t be read: disk I/O error.',
    );
  });
});

describe('text of others', () => {
  const evil = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';

  test('stays text, wherever it appears', async () => {
    const { page, wrong } = await show({
      incidents: [{ kind: 'slow', fromMin: 9, toMin: -60 }],
      source: () => ({
        name: evil,
        catalogue: undefined,
        rollout: () => rolloutAt(25, 10, { release: evil }),
        rollbackRuns: () => [rollbackIn('failed', 'verify', 5, { reason: evil, detail: evil }, evil)],
      }),
      prepare: ({ history }, now) => {
        history.saveMaintenance({
          id: 'w',
          reason: evil,
          fromMs: now - 1,
          toMs: now + minute,
          matchers: [{ label: 'a', operator: '=', value: evil }],
        });
        history.recordDeployment({ timeMs: now - 8 * 60 * minute, release: evil });
      },
      status: (status) => ({
        ...status,
        warnings: [evil],
        sentinel: { state: 'missing', atMs: at, reason: evil },
        ...(status.last && {
          last: {
            ...status.last,
            problems: [evil],
            outcomes: status.last.outcomes.map((check) => ({
              ...check,
              title: evil,
              group: evil,
              reason: evil,
            })),
          },
        }),
      }),
    });
    await page.click('[data-check=H11] summary');
    expect(plain(await textOf(page, '[data-check=H11]'))).toContain(evil);
    expect(await textOf(page, '#rollback')).toContain(evil);
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(await page.evaluate(`'pwned' in globalThis`)).toBe(false);
    expect(wrong).toEqual([]);
  });
});
