import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';

/** The datasource by the uid under which it is provisioned. */
export const prometheusSource = { type: 'prometheus', uid: 'prometheus' } as const;

const query = (refId: string, expr: string) =>
  new DataqueryBuilder().datasource(prometheusSource).refId(refId).expr(expr);

/** A query over the time range. */
export const overTime = (refId: string, expr: string, legend: string): DataqueryBuilder =>
  query(refId, expr).legendFormat(legend).range();

/** A query of now. */
export const rightNow = (refId: string, expr: string): DataqueryBuilder => query(refId, expr).instant();
