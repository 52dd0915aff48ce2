import { expect, test } from 'vitest';
import { expositionFaults } from '../../health-tests/support/exposition-faults.ts';
import { openMetrics } from '../../health-tests/support/metrics.ts';
import { httpServer } from '../clients/servers.ts';
import { context } from './context.ts';

const histogram = (name: string) => `# TYPE genesis_${name} histogram
genesis_${name}_bucket{le="0.1"} 5
genesis_${name}_bucket{le="+Inf"} 6
genesis_${name}_sum 1
genesis_${name}_count 6
`;
const good = ['htdag_decomposition', 'halo_routing', 'aop_validation']
  .map((name) => histogram(`${name}_duration_seconds`))
  .join('');

async function faultsOf(text: string, status = 200) {
  const url = await httpServer((_, response) => response.writeHead(status).end(text));
  return expositionFaults(openMetrics(context()), 'planner', url);
}

test('the required families with their types and whole buckets have no faults', async () => {
  expect(await faultsOf(good)).toEqual([]);
});

test.for([
  [
    'a family that is absent',
    good.replaceAll('halo_routing', 'other'),
    /planner: genesis_halo_routing_duration_seconds is absent/,
  ],
  [
    'another type',
    good.replace(/# TYPE genesis_halo[^\n]*/, '# TYPE genesis_halo_routing_duration_seconds gauge'),
    /is a gauge, expected a histogram|absent/,
  ],
  ['buckets that fall', good.replace('bucket{le="+Inf"} 6', 'bucket{le="+Inf"} 4'), /planner: /],
  [
    'a histogram without its last bucket',
    good.replace('genesis_aop_validation_duration_seconds_bucket{le="+Inf"} 6\n', ''),
    /planner: /,
  ],
] as const)('M01 names %s', async ([, text, fault]) => {
  expect((await faultsOf(text)).join('\n')).toMatch(fault);
});

test('malformed text and another status are errors that say so', async () => {
  await expect(faultsOf('genesis_x{ 1')).rejects.toMatchObject({ code: 'EXPOSITION_INVALID' });
  await expect(faultsOf(good, 500)).rejects.toThrow('answered 500, expected 200');
});

test('a counter that is absent is an error, never 0', async () => {
  const url = await httpServer((_, response) => response.end(good));
  await expect(openMetrics(context()).sum(url, 'genesis_operations_total')).rejects.toThrow(
    `${url}/metrics has no genesis_operations_total`,
  );
});
