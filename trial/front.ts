import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, spawnServer } from '../fixtures/range/spawn-server.ts';
import type { Certificates } from './certificates.ts';

const startAttempts = 3;

/** What the front does to its users, beside splitting them. */
export interface FrontState {
  /** Share of the traffic that the new release gets, in percent. */
  percent: number;
  answers502: boolean;
  losesCheckouts: boolean;
  refusesLargerBaskets: boolean;
  /** Which of its certificates it presents. */
  certificate: 'right' | 'renewed' | 'other';
}

interface FrontPorts {
  front: number;
  preview: number;
  /** Without TLS, for who asks whether it is there. */
  ready: number;
}

interface Pools {
  base: readonly number[];
  next: readonly number[];
}

/** The servers of a pool with their weight; none of the traffic is `down`. */
const servers = (ports: readonly number[], weight: number) =>
  ports.map((port) => {
    const share = weight > 0 ? `weight=${weight}` : 'down';
    return `    server 127.0.0.1:${port} ${share} max_fails=2 fail_timeout=1s;`;
  });

function configurationOf(
  folder: string,
  { front, preview, ready }: FrontPorts,
  { base, next }: Pools,
  certificates: Certificates,
  state: FrontState,
): string {
  const file = (name: string) => path.join(folder, name);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${file(`tmp-${name}`)};`,
  );
  const { cert, key } = certificates[state.certificate];
  const lost = state.losesCheckouts ? 'if ($lost) { return 502; }' : '';
  const refused = state.refusesLargerBaskets
    ? 'if ($larger) { add_header X-Fault 1 always; return 413; }'
    : '';
  return `pid ${file('nginx.pid')};
error_log ${file('nginx.log')};
worker_processes 1;
worker_shutdown_timeout 2s;
events {}
http {
  access_log off;
${temp.join('\n')}
  split_clients $request_id $lost { 33% 1; * 0; }
  map $content_length $larger { "~^(6[4-9]|[7-9][0-9]|[0-9]{3,})$" 1; default 0; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 5s;
  upstream users {
${[...servers(base, 100 - state.percent), ...servers(next, state.percent)].join('\n')}
    keepalive 16;
  }
  upstream preview {
${servers(next, 1).join('\n')}
    keepalive 4;
  }
  server {
    listen 127.0.0.1:${front} ssl;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ${state.answers502 ? 'return 502;' : ''}
    location = /checkout { ${lost} ${refused} proxy_set_header X-Percent ${state.percent}; proxy_set_header Connection ""; proxy_pass http://users; }
    location / { ${refused} proxy_set_header X-Percent ${state.percent}; proxy_set_header Connection ""; proxy_pass http://users; }
  }
  server {
    listen 127.0.0.1:${preview};
    location / { proxy_pass http://preview; }
  }
  server {
    listen 127.0.0.1:${ready};
    location / { return 200; }
  }
}
`;
}

/** An nginx on free ports; another program may take one of them before nginx does, so a failed start is repeated. */
async function startNginx(folder: string, write: (ports: FrontPorts) => string) {
  for (let attempt = 1; ; attempt += 1) {
    const ports = { front: await freePort(), preview: await freePort(), ready: await freePort() };
    try {
      const server = await spawnServer(
        'nginx',
        ['-c', write(ports), '-e', path.join(folder, 'nginx.log'), '-g', 'daemon off;'],
        `http://127.0.0.1:${ports.ready}`,
        { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }, graceMs: 1000 },
      );
      return { server, ports };
    } catch (thrown) {
      if (attempt === startAttempts) throw thrown;
    }
  }
}

/** A real nginx before both releases of the shop: users come by TLS, and a preview leads to the new release alone. */
export async function startFront(folder: string, pools: Pools, certificates: Certificates) {
  const state: FrontState = {
    percent: 0,
    answers502: false,
    losesCheckouts: false,
    refusesLargerBaskets: false,
    certificate: 'right',
  };
  const write = (ports: FrontPorts): string => {
    const file = path.join(folder, 'nginx.conf');
    writeFileSync(file, configurationOf(folder, ports, pools, certificates, state));
    return file;
  };
  const { server, ports } = await startNginx(folder, write);
  return {
    url: `https://127.0.0.1:${ports.front}`,
    preview: `http://127.0.0.1:${ports.preview}`,
    state: (): Readonly<FrontState> => state,
    /** Takes effect without a connection lost. */
    async set(change: Partial<FrontState>) {
      Object.assign(state, change);
      write(ports);
      process.kill(server.pid, 'SIGHUP');
      await sleep(150);
    },
    stop: server.stop,
  };
}
