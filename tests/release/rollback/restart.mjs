// Starts the reference target of the release that stands in a folder, in place of the one that runs: STATE-FOLDER APP-FOLDER.
// What is faulty is read from what a rollback changes: the release's files, the flag, the database.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const [state, app, only] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(path.join(state, 'settings.json'), 'utf8'));
const pidFile = path.join(state, 'pid');

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function stop() {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  if (pid === 0) return;
  if (isAlive(pid)) process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < 5000 && isAlive(pid); waited += 50) await sleep(50);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

function faulty(release) {
  const flags = JSON.parse(readFileSync(path.join(state, 'flags.json'), 'utf8'));
  const flag = flags.flags.phase_4_deployment;
  const isOn = flag.targeting !== undefined || flag.defaultVariant === 'on';
  const db = new DatabaseSync(path.join(state, 'app.sqlite'), { readOnly: true });
  const row = db.prepare("SELECT value FROM settings WHERE key = 'errors'").get();
  db.close();
  return Math.max(release.errors ?? 0, isOn ? (settings.flagErrors ?? 0) : 0, Number(row?.value ?? 0));
}

async function put(ratio) {
  const url = `http://127.0.0.1:${settings.port}/faults`;
  if (ratio === 0) await fetch(url, { method: 'DELETE' });
  else
    await fetch(`${url}/errors`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ratio }),
    });
}

const release = JSON.parse(readFileSync(path.join(app, 'release.json'), 'utf8'));
if (only !== 'apply') {
  await stop();
  if (only !== 'stop') {
    const log = openSync(path.join(state, 'genesis.log'), 'a');
    const args = [
      '--directory',
      state,
      '--orchestration-port',
      settings.port,
      '--planner-port',
      settings.plannerPort,
    ];
    const child = spawn(
      process.execPath,
      [
        settings.main,
        ...args.map(String),
        '--release',
        release.release,
        '--faults',
        '--traffic',
        String(settings.traffic ?? 20),
      ],
      { detached: true, stdio: ['ignore', log, log] },
    );
    writeFileSync(pidFile, String(child.pid));
    child.unref();
    for (let waited = 0; waited < 20_000; waited += 50) {
      const up = await fetch(`http://127.0.0.1:${settings.port}/metrics`).catch(() => undefined);
      if (up?.ok) break;
      await sleep(50);
    }
  }
}
if (only !== 'stop') {
  const ratio = faulty(release);
  await put(ratio);
  console.log(`${release.release}, ${ratio === 0 ? 'healthy' : `errors ${ratio}`}`);
}
