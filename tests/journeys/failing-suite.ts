/** A suite of two cases, as the text of a program: X1 fails while there is `fault` among the temporary files, X2 while there is the file that it is given. */
export const failingSuite = `
const { existsSync, writeFileSync } = require('node:fs');
const [report, flag] = process.argv.slice(1);
const flags = { X1: process.env.TMPDIR + '/fault', X2: flag };
const cases = Object.entries(flags).map(([name, file]) => ({ name, failure: existsSync(file) ? '<failure message="it does"/>' : '' }));
const failures = cases.filter(({ failure }) => failure !== '').length;
const text = cases.map(({ name, failure }) => '<testcase name="' + name + '" classname="c">' + failure + '</testcase>').join('');
writeFileSync(report, '<testsuite name="s" tests="2" failures="' + failures + '">' + text + '</testsuite>');
process.exitCode = failures === 0 ? 0 : 1;
`;
