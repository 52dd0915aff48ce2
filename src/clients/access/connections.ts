import { readFileSync, statSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { messageOf, proxyFor, VigilError } from '../../core/index.ts';
import type { Access } from './access.ts';

/** Connections that are kept as long as a common server keeps them; how long a request may take it says itself. */
export const agentOptions = {
  pipelining: 1,
  // Shorter than the idle limit of common servers, so that no request meets a connection just being closed.
  keepAliveTimeout: 1500,
  // The total limit of each request takes their place.
  headersTimeout: 0,
  bodyTimeout: 0,
};

function pem(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `${where}: ${file} can’t be read: ${messageOf(thrown)}`, {
      where,
    });
  }
}

/** What tells one version of a file from the next: a certificate is renewed while Vigil runs. */
const versionOf = (file: string | undefined): string => {
  if (file === undefined) return '';
  const found = statSync(file, { throwIfNoEntry: false });
  return `${file} ${found?.mtimeMs} ${found?.size}`;
};

/** By what a TLS connection trusts the other side, and shows itself. */
function tlsOf({ ca, auth, where }: Access) {
  const { cert, key } = auth?.certificate ?? {};
  return {
    ...(ca !== undefined && { ca: [...getCACertificates('default'), pem(ca, `${where}.ca`)] }),
    ...(cert !== undefined && { cert: pem(cert, `${where}.auth.certificate.cert`) }),
    ...(key !== undefined && { key: pem(key, `${where}.auth.certificate.key`) }),
  };
}

const agents = new Map<string, Dispatcher>();

/** The connections by which an address is asked: directly or by a proxy, with what its access says of TLS. */
export function connectionsFor(url: string, access: Access | undefined, limits: AgentLimits): Dispatcher {
  const proxy = proxyFor(url);
  const { ca, auth } = access ?? {};
  const files = [ca, auth?.certificate?.cert, auth?.certificate?.key].map(versionOf);
  const key = JSON.stringify([proxy, files, limits]);
  const known = agents.get(key);
  if (known) return known;
  const tls = access ? tlsOf(access) : {};
  const options = { ...agentOptions, connections: limits.connections };
  const agent =
    proxy === undefined
      ? new Agent({ ...options, connect: { timeout: limits.timeoutMs, ...tls } })
      : new ProxyAgent({ ...options, uri: proxy, requestTls: { timeout: limits.timeoutMs, ...tls } });
  agents.set(key, agent);
  return agent;
}

export interface AgentLimits {
  connections: number;
  /** For the connection alone. */
  timeoutMs: number;
}

/** Closes the connections that are kept, so that a process can end at once. */
export async function closeConnections(): Promise<void> {
  const all = [...agents.values()];
  agents.clear();
  await Promise.all(all.map((agent) => agent.destroy()));
}
