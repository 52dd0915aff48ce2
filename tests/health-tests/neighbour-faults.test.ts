import { expect, test } from 'vitest';
import { readAlertRoutes } from '../../health-tests/support/alert-routes.ts';
import { routeFaults, silenceFaults } from '../../health-tests/support/alertmanager-faults.ts';
import { containerFaults } from '../../health-tests/support/container-faults.ts';
import { scrapeFaults } from '../../health-tests/support/prometheus-faults.ts';
import { isWithin, type TimeInterval } from '../../health-tests/support/time-intervals.ts';
import { answering, httpServer } from '../clients/servers.ts';

const minute = 60_000;
const target = { job: 'shop', instance: 'a:80', up: true, scrapeIntervalMs: 15_000 };

test.for<[string, Parameters<typeof scrapeFaults>[0][number], string[]]>([
  ['scraped a moment ago', { ...target, lastScrapeMs: 10 * minute - 20_000 }, []],
  ['whose store says nothing of scrapes', { job: 'shop', instance: '', up: true }, []],
  ['that is down', { ...target, up: false, lastError: 'refused' }, ['shop a:80 is down: refused']],
  [
    'whose scrapes stopped',
    { ...target, lastScrapeMs: 8 * minute },
    ['shop a:80 was scraped 2m ago, expected every 15s'],
  ],
  [
    'that is scraped too seldom',
    { ...target, scrapeIntervalMs: 60 * minute, lastScrapeMs: 9 * minute },
    ['shop a:80 is scraped every 1h, which leaves fewer than 2 scrapes in 5m'],
  ],
])('C01 judges a target %s', ([, given, faults]) => {
  expect(scrapeFaults([given], 10 * minute, 5 * minute)).toEqual(faults);
});

const monday = new Date('2026-03-02T08:30:00Z');

test.for<[string, TimeInterval, boolean]>([
  ['without a field', {}, true],
  ['of a time before its end', { times: [{ start_time: '08:00', end_time: '08:31' }] }, true],
  ['of a time that ends now', { times: [{ start_time: '08:00', end_time: '08:30' }] }, false],
  ['of weekdays', { weekdays: ['monday:friday'] }, true],
  ['of other weekdays', { weekdays: ['saturday', 'sunday'] }, false],
  ['of a day of the month', { days_of_month: ['1:5'] }, true],
  ['of days from its end', { days_of_month: ['-31:-29'] }, true],
  ['of its last days', { days_of_month: ['-3:-1'] }, false],
  ['of months by name', { months: ['february:april'] }, true],
  ['of months by number', { months: ['4'] }, false],
  ['of years', { years: ['2025:2026'] }, true],
  ['of a place where it is another day', { location: 'Pacific/Honolulu', weekdays: ['monday'] }, false],
])('a time interval %s', ([, interval, holds]) => {
  expect(isWithin([interval], monday)).toBe(holds);
});

const routesOf = (more: string) =>
  readAlertRoutes(`
route:
  receiver: all
  routes:
    - { matchers: ['severity=~".+"'], receiver: all, ${more} }
receivers: [{ name: all, webhook_configs: [{ url: 'http://127.0.0.1:1' }] }]
time_intervals: [{ name: mornings, time_intervals: [{ times: [{ start_time: '08:00', end_time: '12:00' }] }] }]
`);

test('C03 sees a route that is muted now, or not active', async () => {
  const evening = new Date('2026-03-02T18:00:00Z');
  const muted = await routesOf("mute_time_intervals: ['mornings']");
  expect(routeFaults(muted, monday)[0]).toBe('critical is muted now by the time interval mornings');
  expect(routeFaults(muted, evening)).toEqual([]);
  const active = await routesOf("active_time_intervals: ['mornings']");
  expect(routeFaults(active, monday)).toEqual([]);
  expect(routeFaults(active, evening)).toHaveLength(3);
});

test('C03 sees a silence that takes a whole severity, and none that is for one alert', () => {
  const silence = (label: string, value: string) => ({
    matchers: [{ label, operator: '=~' as const, value }],
    endsAt: '2026-03-02T12:00:00Z',
    createdBy: 'ada',
  });
  expect(silenceFaults([silence('alertname', 'HighLatency')])).toEqual([]);
  expect(silenceFaults([silence('severity', 'critical')])).toEqual([
    'every critical alert is silenced by ada until 2026-03-02T12:00:00Z',
  ]);
  expect(silenceFaults([silence('alertname', '.+')])).toHaveLength(3);
});

test.for<[string, { RestartCount: number; ago?: number }, string[]]>([
  ['never restarted', { RestartCount: 0 }, []],
  ['restarted just now', { RestartCount: 1, ago: 5 }, ['web was restarted 1 time, last 5s ago']],
  ['restarted once, yesterday', { RestartCount: 1, ago: 86_400 }, []],
  ['restarted often', { RestartCount: 412, ago: 86_400 }, ['web was restarted 412 times, last 24h ago']],
])('C13 judges a container that was %s', async ([, { ago = 0, ...found }, faults]) => {
  const StartedAt = new Date(Date.now() - Number(ago) * 1000).toISOString();
  const url = await httpServer(
    answering({
      '/containers/json': [200, [{ Names: ['/web'], State: 'running', Status: 'Up' }]],
      '/containers/web/json': [200, { ...found, State: { StartedAt } }],
    }),
  );
  expect(await containerFaults(url, ['web'])).toEqual(faults);
});
