/** The address of what lies below another; a query of the address stays behind the path that is added. */
export function below(address: string, path: string): string {
  const [, base = '', query = ''] = /^([^?#]*)(\?[^#]*)?/s.exec(address) ?? [];
  const joined = base.replace(/\/+$/, '') + path;
  if (query.length <= 1) return joined;
  return joined.includes('?') ? `${joined}&${query.slice(1)}` : joined + query;
}
