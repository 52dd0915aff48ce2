const patienceMs = 300;

/** Ends this process with its exit code although a name is being looked up: Node would wait for the name server first. */
function endWithoutResolver(): void {
  const code = process.exitCode ?? 0;
  process.emit('exit', Number(code));
  // Another program in its place is the only end that keeps the exit code and waits for no thread.
  process.execve?.(process.execPath, [process.execPath, '--eval', `process.exitCode = ${code}`], {});
}

/** Everything is written and closed; whoever still waits for an answer, as a last export or a name server, doesn't hold the end up. */
export function endSoon(): void {
  setTimeout(() => {
    if (process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) endWithoutResolver();
    process.exit();
  }, patienceMs).unref();
}
