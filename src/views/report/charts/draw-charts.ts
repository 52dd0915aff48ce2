import { formatBound, type SignalName, type ThresholdTable } from '../../../core/index.ts';
import type { CurveSignal } from '../curves.ts';
import type { ReportDocument } from '../document.ts';
import type { ChartName } from '../sections/sections.ts';
import { barOption, barsHeight } from './bars.ts';
import { glanceChart } from './glance.ts';
import { type ChartLine, type LimitLine, type LineChart, lineOption } from './lines.ts';
import { type Option, palette } from './look.ts';
import { stripChart } from './strips.ts';

/** Draws an option as SVG, for a page without scripts. */
type Draw = (name: string, option: Option, size: { width: number; height: number }) => string;

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
  return (name, option, size) => {
    const chart = core.init(null, null, { renderer: 'svg', ssr: true, ...size });
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

const styles: Record<CurveSignal, Pick<ChartLine, 'label' | 'colour' | 'dash'>> = {
  passRate: { label: 'pass rate', colour: palette.blue, dash: 'solid' },
  errorRatio: { label: 'error ratio', colour: palette.blue, dash: 'solid' },
  latencyP50: { label: 'P50', colour: palette.sky, dash: 'dotted' },
  latencyP95: { label: 'P95', colour: palette.blue, dash: 'solid' },
  latencyP99: { label: 'P99', colour: palette.vermillion, dash: 'dashed' },
  throughput: { label: 'throughput', colour: palette.blue, dash: 'solid' },
  cpuUsed: { label: 'CPU', colour: palette.blue, dash: 'solid' },
  memoryUsed: { label: 'memory', colour: palette.vermillion, dash: 'dashed' },
  diskUsed: { label: 'disk', colour: palette.green, dash: 'dotted' },
  htdagMean: { label: 'HTDAG', colour: palette.blue, dash: 'solid' },
  haloMean: { label: 'HALO', colour: palette.vermillion, dash: 'dashed' },
  aopMean: { label: 'AOP', colour: palette.green, dash: 'dotted' },
};

/** What curves are held against: the objective, or where there is none the limit that alerts; and that of a rollback. */
function limitsOf(signals: readonly SignalName[], table: ThresholdTable): LimitLine[] {
  const limits = signals.flatMap((signal) => {
    const { unit, slo, warning, critical, rollback } = table[signal];
    const levels = {
      SLO: slo,
      warning: slo ? undefined : warning,
      critical: slo ? undefined : critical,
      rollback,
    };
    return Object.entries(levels).flatMap(([name, bound]) =>
      bound ? [{ label: `${name} ${formatBound(bound, unit)}`, value: bound.value }] : [],
    );
  });
  // Two limits of one value are one line; the first says it.
  return limits.filter(({ value }, index) => limits.findIndex((other) => other.value === value) === index);
}

interface Wanted {
  signals: readonly CurveSignal[];
  limits: readonly SignalName[];
  floor?: number;
}

const wanted: Partial<Record<ChartName, Wanted>> = {
  quality: { signals: ['passRate'], limits: ['passRate'], floor: 0.9 },
  errors: { signals: ['errorRatio'], limits: ['errorRatio'] },
  latency: { signals: ['latencyP95', 'latencyP50', 'latencyP99'], limits: ['latencyP95'] },
  // The objective is that of a probe; live traffic is warned of.
  throughput: { signals: ['throughput'], limits: [] },
  components: { signals: ['htdagMean', 'haloMean', 'aopMean'], limits: ['htdagMean'] },
  resources: { signals: ['cpuUsed', 'memoryUsed', 'diskUsed'], limits: ['cpuUsed', 'diskUsed'] },
};

function lineChart(
  document: ReportDocument,
  { signals, limits, floor = 0 }: Wanted,
  table: ThresholdTable,
): LineChart | undefined {
  const { curves, watched, fromMs, toMs, stepMs } = document;
  const lines = signals.flatMap((signal): ChartLine[] =>
    curves[signal].points.length === 0 ? [] : [{ ...styles[signal], points: curves[signal].points }],
  );
  const unit = curves[signals[0] as CurveSignal].unit;
  if (lines.length === 0) return undefined;
  return { unit, lines, limits: limitsOf(limits, table), floor, gaps: watched.gaps, fromMs, toMs, stepMs };
}

const width = 860;

function drawLines(draw: Draw, document: ReportDocument, table: ThresholdTable): Charts {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, what]) => {
      const chart = lineChart(document, what, table);
      return chart ? [[name, draw(name, lineOption(chart), { width, height: 160 })]] : [];
    }),
  );
}

/** Draws every picture of the report as SVG. */
export async function drawCharts(document: ReportDocument, table: ThresholdTable): Promise<Charts> {
  const draw = await loadCharts();
  const bars = {
    glance: glanceChart(document),
    ...(document.checks.checks.length > 0 && { strips: stripChart(document) }),
  };
  const drawn = Object.entries(bars).map(([name, chart]) => [
    name,
    draw(name, barOption(chart), { width, height: barsHeight(chart) }),
  ]);
  return { ...Object.fromEntries(drawn), ...drawLines(draw, document, table) };
}
