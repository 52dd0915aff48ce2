// The sentinel: a check that always fails, run as any suite is, so that a silent alert path is noticed.
import { writeFileSync } from 'node:fs';

const [, , junit, nonce] = process.argv;
writeFileSync(
  junit,
  `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="1" failures="1"><testsuite name="sentinel" tests="1" failures="1">
<testcase name="sentinel" classname="vigil"><failure message="sentinel ${nonce}: this check fails on purpose"/></testcase>
</testsuite></testsuites>
`,
);
process.exitCode = 1;
