// Plain, old-fashioned JavaScript without imports: it must run, and speak, on every Node there is.
const needed = [22, 19];
const have = process.versions.node.split('.').map(Number);

// Node 23 can run TypeScript as it is from 23.6 on only.
const isOld = have[0] < needed[0] || (have[0] === needed[0] && have[1] < needed[1]);
if (isOld || (have[0] === 23 && have[1] < 6)) {
  const rest = process.argv.slice(2).join(' ') || 'monitor';
  const isInstalled = import.meta.url.indexOf('/node_modules/') >= 0;
  const advice = isInstalled
    ? `install a newer one, then run: npx vitest-vigil ${rest}`
    : `run: npm ci && npm run --silent vigil -- ${rest}`;
  process.stderr.write(
    `Vigil needs Node ${needed.join('.')} or newer, this is ${process.versions.node}; ${advice}\n`,
  );
  process.exit(64);
}
