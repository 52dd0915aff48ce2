import { type Certificate, openAuthority } from '../fixtures/authority.ts';

/** What the front presents, and who signed it. */
export interface Certificates {
  ca: string;
  right: Certificate;
  /** For the same name, issued later. */
  renewed: Certificate;
  /** Signed by the same authority, for another name. */
  other: Certificate;
}

/** An authority of its own, a certificate for 127.0.0.1, its renewal and one for another name. */
export function makeCertificates(folder: string): Certificates {
  const { ca, issue } = openAuthority(folder);
  return {
    ca,
    right: issue('shop', 'subjectAltName=IP:127.0.0.1'),
    renewed: issue('shop-renewed', 'subjectAltName=IP:127.0.0.1'),
    other: issue('old-shop', 'subjectAltName=DNS:old-shop.example.com'),
  };
}
