import type { EChartsCoreOption } from 'echarts/core';

export type Option = EChartsCoreOption;

/** Draws an option as SVG, for a page without scripts. */
export type Draw = (name: string, option: Option, size: { width: number; height: number }) => string;

/** Loads the library only when there is something to draw: it takes some tenths of a second. */
export async function loadCharts(): Promise<Draw> {
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
