import { defineConfig } from 'vitest-vigil/config';

export default defineConfig({
  name: 'shop',
  target: { url: 'http://127.0.0.1:3000' },
  suite: { root: 'health-tests', catalogue: 'health-tests/checks.json' },
});
