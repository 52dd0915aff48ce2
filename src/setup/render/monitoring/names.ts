/** The dashboard's uid, under which C02 looks for it unless the configuration names another. */
export const dashboardUid = 'genesis-48h';

/** Where Grafana finds the dashboards. */
export const dashboardsFolder = '/etc/grafana/dashboards';
