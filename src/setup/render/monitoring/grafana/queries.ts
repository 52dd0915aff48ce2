import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** The datasource by the uid under which it is provisioned. */
export const prometheusSource = { type: 'prometheus', uid: 'prometheus' } as const;

/** A query over the time range. */
export const overTime = (refId: string, expr: string, legend: string): DataqueryBuilder =>
  new DataqueryBuilder().datasource(prometheusSource).refId(refId).expr(expr).legendFormat(legend).range();

/** A query of now. */
export const rightNow = (refId: string, expr: string): DataqueryBuilder =>
  new DataqueryBuilder().datasource(prometheusSource).refId(refId).expr(expr).instant();

/** A query of now whose series are rows. */
export const asTable = (refId: string, expr: string): DataqueryBuilder =>
  rightNow(refId, expr).format(PromQueryFormat.Table);
