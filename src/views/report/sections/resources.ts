import type { ReportDocument } from '../document.ts';
import { queriedText } from '../queries.ts';
import { cited, type Section, table } from './block.ts';

/** What host, target and watch used. */
export function resourceSection({ curves, cycleTimes }: ReportDocument): Section {
  const worst = (['cpuUsed', 'memoryUsed', 'diskUsed', 'throughput'] as const).map((signal) => {
    const { title, worst: figure, source } = curves[signal];
    const what = signal === 'throughput' ? `${title} of live traffic, least` : `${title}, greatest`;
    return [
      what,
      queriedText(figure),
      source === 'nothing' ? 'not recorded' : `by the ${source}`,
      cited(figure.id),
    ];
  });
  const { firstMemory, lastMemory, greatestMemory, median, longest, historyBytes } = cycleTimes;
  const own = [firstMemory, lastMemory, greatestMemory, median, longest, historyBytes].map((figure) => [
    figure.title,
    queriedText(figure),
    figure.value === null ? 'not recorded' : '',
    cited(figure.id),
  ]);
  return {
    title: 'Resources',
    blocks: [
      {
        kind: 'chart',
        name: 'resources',
        caption: `CPU, memory and disk of the host. (${curves.cpuUsed.worst.id}, ${curves.memoryUsed.worst.id}, ${curves.diskUsed.worst.id})`,
      },
      table(['what', 'value', '', 'query'], [...worst, ...own]),
    ],
  };
}
