import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { type Measurement, messageOf, type ProbeOf } from '../../core/index.ts';
import { faultsMeasured, measured, type ProbeSurroundings } from './probe-result.ts';

interface Shown {
  /** Milliseconds since 1970. */
  validToMs: number;
  subject: string;
  /** Why the certificate is not trusted; empty when it is. */
  distrust: string;
}

function certificateOf(probe: ProbeOf<'tls'>, folder: string): Promise<Shown> {
  const { host, port, timeout } = probe;
  const servername = probe.servername ?? host;
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      // An expired or foreign certificate must be seen, not only refused.
      rejectUnauthorized: false,
      ...(/^[\d.]+$|:/.test(servername) ? {} : { servername }),
      ca:
        probe.ca === undefined
          ? undefined
          : [...tls.rootCertificates, readFileSync(path.resolve(folder, probe.ca), 'utf8')],
    });
    const end = (then: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      then();
    };
    const timer = setTimeout(
      () => end(() => reject(new Error(`no handshake within ${timeout} ms`))),
      timeout,
    );
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const wrongName = certificate.subject ? tls.checkServerIdentity(servername, certificate) : undefined;
      const distrust = socket.authorizationError ?? wrongName;
      const shown: Shown = {
        validToMs: Date.parse(certificate.valid_to),
        subject: String(certificate.subject?.CN ?? 'nobody'),
        distrust: distrust === undefined || distrust === null ? '' : messageOf(distrust),
      };
      end(() => resolve(shown));
    });
  });
}

/** Reads a server's certificate: whether it is trusted for its name, and how much of its time is left. */
export async function probeTls(probe: ProbeOf<'tls'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const where = `${probe.host}:${probe.port}`;
  const faults: string[] = [];
  let left = Number.NaN;
  let note = '';
  try {
    const shown = await around.patiently(where, () => certificateOf(probe, around.folder));
    left = (shown.validToMs - Date.now()) / 1000;
    note = `${shown.subject}, until ${new Date(shown.validToMs).toISOString()}`;
    if (shown.distrust) faults.push(shown.distrust);
  } catch (thrown) {
    faults.push(messageOf(thrown));
  }
  return [
    faultsMeasured(`faults of the certificate of ${where}`, faults, 1),
    measured('certificate’s time left', left, 'seconds', probe.expires, { note: note || undefined }),
  ];
}
