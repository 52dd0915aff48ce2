export default {
  testDir: '.',
  outputDir: 'results',
  workers: 1,
  projects: [
    { name: 'desktop' },
    { name: 'mobile', testMatch: 'checkout.spec.mjs' }, // goes
  ],
};
