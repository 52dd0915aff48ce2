// Loaded before vigil with --import: ends its own process by SIGKILL in the middle of writing the journal, at the record
// that KILL_ROLLBACK_AT names. A real kill -9 of a real process, at a point that no killer from outside could hit each time.
import { DatabaseSync, StatementSync } from 'node:sqlite';

const [at, name] = (process.env.KILL_ROLLBACK_AT ?? '').split(' ');
const prepare = DatabaseSync.prototype.prepare;
const texts = new WeakMap();
DatabaseSync.prototype.prepare = function (sql, ...rest) {
  const statement = prepare.call(this, sql, ...rest);
  texts.set(statement, sql);
  return statement;
};

const points = {
  // The stage is journaled as begun, its first step is not.
  before: (sql, values) => sql.includes('INSERT INTO rollback_steps') && values[2] === name,
  // The step has acted, and is not journaled as done.
  acted: (sql, values) => sql.includes('UPDATE rollback_steps SET ended_ms') && values[3] === name,
  // All steps are journaled, the stage is not journaled as done.
  after: (sql, values) =>
    sql.includes('UPDATE rollback_stages SET status = ?') && values[0] === 'done' && values[4] === name,
};

const run = StatementSync.prototype.run;
StatementSync.prototype.run = function (...values) {
  if (points[at]?.(texts.get(this) ?? '', values)) process.kill(process.pid, 'SIGKILL');
  return run.apply(this, values);
};
