// A program of its own, run by the step that proves a SQLite rollback: FILE QUERY. It prints the first value that the
// query answers, and changes nothing; whatever is wrong ends it with a message and exit code 1.
import { DatabaseSync } from 'node:sqlite';

const [file = '', sql = ''] = process.argv.slice(2);
try {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  const [value] = Object.values(db.prepare(sql).get() ?? {});
  db.close();
  if (value === undefined || value === null) throw new Error('the query answers nothing');
  process.stdout.write(`${value}\n`);
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = 1;
}
