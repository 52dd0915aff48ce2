// A service with a process of its own, for rollbacks that must be seen to have restarted it.
// `restart FOLDER PORT RELEASE-FILE` ends the one that runs and starts the release that lies there; `live` as a fourth
// argument reads the file at each request, as a service that tells what is installed instead of what runs.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const [role, folder, port, file, mode] = process.argv.slice(2);
const pidFile = path.join(folder, 'service.pid');
const lying = () => readFileSync(file, 'utf8').trim();

async function answered() {
  return (await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined))?.ok === true;
}

if (role === 'serve') {
  const started = lying();
  const startedSeconds = Date.now() / 1000;
  const server = http.createServer(({ url }, response) => {
    const release = mode === 'live' ? lying() : started;
    if (url === '/metrics')
      response.end(
        `# TYPE genesis_active_requests gauge\ngenesis_active_requests 1\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${startedSeconds}\n`,
      );
    else if (url === '/version') response.end(JSON.stringify({ build: { sha: release } }));
    else if (url === '/health') response.end(JSON.stringify(mode === 'mute' ? {} : { releaseId: release }));
    else response.writeHead(404).end();
  });
  server.listen(Number(port), '127.0.0.1');
} else {
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    while (await answered()) await sleep(20);
  }
  if (role === 'restart') {
    const args = [fileURLToPath(import.meta.url), 'serve', folder, port, file, mode ?? ''];
    const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' });
    writeFileSync(pidFile, String(child.pid));
    child.unref();
    while (!(await answered())) await sleep(20);
  }
}
