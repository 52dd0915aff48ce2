const { readFileSync, writeFileSync } = require('node:fs');

/** What the service is. One that hangs is waited for until the runner is killed. */
exports.service = async () => {
  const state = readFileSync('state', 'utf8');
  if (state === 'hanging') {
    writeFileSync('waiting', '');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return state;
};
