import { isIP } from 'node:net';

/** The host of a Host header without its port, in lower case, an IPv6 address without brackets; empty when it has none. */
function hostOf(header: string): string {
  const [, address, name = ''] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header.trim().toLowerCase()) ?? [];
  return address ?? name.replace(/\.$/, '');
}

/**
 * Whether a request may be answered by the name that it asks for. An address can't be made to lead elsewhere and
 * `localhost` is this machine; every other name can by who owns it (DNS rebinding: a page of a stranger would read what
 * is served here), so it must be declared. Who sends no Host at all is no browser.
 */
export function hostsAllowed(declared: readonly string[]): (header: string | undefined) => boolean {
  const names = new Set(['localhost', ...declared.map(hostOf)]);
  return (header) => {
    if (header === undefined) return true;
    const host = hostOf(header);
    return isIP(host) !== 0 || (host !== '' && names.has(host));
  };
}
