import { readFileSync } from 'node:fs';
import { openAuthority } from '../../../fixtures/authority.ts';

/** An authority of our own, with the certificate of a server at 127.0.0.1 and shop.test, and that of a client. */
export function makeAuthority(folder: string, { leafDays = 2, authorityDays = 2 } = {}) {
  const { ca, issue } = openAuthority(folder, authorityDays);
  const { cert, key } = issue('server', 'subjectAltName=IP:127.0.0.1,DNS:shop.test,DNS:localhost', leafDays);
  return {
    ca,
    client: issue('client', 'extendedKeyUsage=clientAuth', leafDays),
    server: { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) },
  };
}
