import { defineConfig } from 'vitest/config';

const project = (name, file) => ({ extends: true, test: { name, include: [file] } });

export default defineConfig({
  test: {
    isolate: false,
    maxWorkers: 1,
    projects: [
      project('desktop', '*.suite.mjs'),
      project('mobile', 'checkout.suite.mjs'), // goes
    ],
  },
});
