/** A service that is asked with a password and with a certificate. */
export const passwordAndCertificate = {
  basic: { username: 'vigil', password: 'file:/run/secrets/stock' },
  certificate: { cert: '/etc/vigil.pem', key: '/etc/vigil.key' },
};
