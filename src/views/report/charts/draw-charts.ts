import { keysOf, type ThresholdTable } from '../../../core/index.ts';
import { lineCharts } from '../curves.ts';
import type { ReportDocument } from '../report-schema.ts';
import type { ChartName } from '../sections/block.ts';
import { type BarChart, barOption, barsHeight } from './bars.ts';
import { glanceChart } from './glance.ts';
import { lineOption } from './lines.ts';
import type { Option } from './look.ts';
import { stripChart } from './strips.ts';

/** Draws an option as SVG, for a page without scripts. */
type Draw = (name: string, option: Option, height: number) => string;

/** Loads the library only when there is something to draw: it takes some tenths of a second. */
async function loadCharts(): Promise<Draw> {
  const [core, { CustomChart, LineChart }, components, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  const { GridComponent, MarkAreaComponent, MarkLineComponent } = components;
  core.use([CustomChart, LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer]);
  return (name, option, height) => {
    const chart = core.init(null, null, { renderer: 'svg', ssr: true, width: 860, height });
    try {
      chart.setOption({ animation: false, useUTC: true, ...option });
      // Ids count up over the life of the process; named after the chart they are the same every time.
      return chart
        .renderToSVGString({ useViewBox: true })
        .replaceAll(/\bzr\d+-/g, `${name}-`)
        .replace(/^<svg width="\d+" height="\d+"/, '<svg');
    } finally {
      chart.dispose();
    }
  };
}

/** Pictures by name; one for which there is no data is left out. */
export type Charts = Partial<Record<ChartName, string>>;

/** Draws every picture of the report as SVG. */
export async function drawCharts(document: ReportDocument, table: ThresholdTable): Promise<Charts> {
  const draw = await loadCharts();
  const drawBars = (name: ChartName, chart: BarChart) =>
    draw(name, barOption(chart, document), barsHeight(chart));
  const drawn: Charts = { glance: drawBars('glance', glanceChart(document)) };
  if (document.checks.checks.length > 0) drawn.strips = drawBars('strips', stripChart(document));
  for (const name of keysOf(lineCharts)) {
    const option = lineOption(document, name, table);
    if (option) drawn[name] = draw(name, option, 160);
  }
  return drawn;
}
