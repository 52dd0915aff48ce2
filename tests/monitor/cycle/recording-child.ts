// Records cycles into a folder into which others of its kind record at the same time.
import { recordCycle } from '../../../src/monitor/cycle/record-cycle.ts';
import { passed, record } from '../../views/summary/record.ts';

const [, , folder = '', name = '', count = '0'] = process.argv;
for (let index = 0; index < Number(count); index += 1) {
  const { warnings } = recordCycle(record([passed('H01')], { id: `${name}-${index}` }), folder, 'genesis');
  if (warnings.length > 0) throw new Error(warnings.join('; '));
}
