// Records cycles into a folder into which others of its kind record at the same time.
import { keepCycle } from '../../../src/monitor/cycle/single-cycle.ts';
import { passed, record } from '../../views/summary/record.ts';

const [, , folder = '', name = '', count = '0'] = process.argv;
const options = {
  reports: folder,
  metricsPrefix: 'genesis',
  retention: 86_400_000 * 365 * 9,
};
for (let index = 0; index < Number(count); index += 1) {
  const { record: kept, written } = keepCycle(record([passed('H01')], { id: `${name}-${index}` }), options);
  const wrong = [...kept.problems, ...written.warnings];
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}
