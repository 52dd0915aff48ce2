module.exports = {
  projects: [
    { displayName: 'desktop' },
    { displayName: 'mobile', testMatch: ['**/checkout.test.js'] }, // goes
  ],
};
