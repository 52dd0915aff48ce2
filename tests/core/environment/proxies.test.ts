import { expect, test } from 'vitest';
import { proxyFor } from '../../../src/core/environment/proxies.ts';

const env = { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: 'http://secure:3128' };

test.for<[string, string, NodeJS.ProcessEnv, string | undefined]>([
  ['no proxy', 'http://shop.test', {}, undefined],
  ['http', 'http://shop.test', env, 'http://proxy:3128'],
  ['https', 'https://shop.test', env, 'http://secure:3128'],
  ['https by the only proxy', 'https://shop.test', { HTTP_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
  ['small letters first', 'http://shop.test', { ...env, http_proxy: 'http://small:1' }, 'http://small:1'],
  ['this machine', 'http://127.0.0.2:8080', env, undefined],
  ['this machine by IPv6', 'http://[::1]:8080', env, undefined],
  ['this machine by name', 'http://vigil.localhost', env, undefined],
  ['everything excepted', 'http://shop.test', { ...env, NO_PROXY: '*' }, undefined],
  ['the name', 'http://shop.test', { ...env, NO_PROXY: 'other.test, shop.test' }, undefined],
  ['below the name', 'http://api.shop.test', { ...env, NO_PROXY: 'shop.test' }, undefined],
  ['below a name with a point', 'http://api.shop.test', { ...env, NO_PROXY: '.shop.test' }, undefined],
  ['not what only ends alike', 'http://myshop.test', { ...env, NO_PROXY: 'shop.test' }, 'http://proxy:3128'],
  ['a wildcard is only below', 'http://shop.test', { ...env, NO_PROXY: '*.shop.test' }, 'http://proxy:3128'],
  ['the port', 'http://shop.test:8080', { ...env, NO_PROXY: 'shop.test:8080' }, undefined],
  ['another port', 'http://shop.test', { ...env, NO_PROXY: 'shop.test:8080' }, 'http://proxy:3128'],
  ['IPv6', 'http://[fd00::2]:8080', { ...env, NO_PROXY: 'fd00::2' }, undefined],
  ['IPv6 with its port', 'http://[fd00::2]:8080', { ...env, NO_PROXY: '[fd00::2]:8080' }, undefined],
])('%s', ([, url, environment, expected]) => {
  expect(proxyFor(url, environment)).toBe(expected);
});
