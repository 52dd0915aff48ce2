import { Worker } from 'node:worker_threads';

/**
 * Runs a module of ours in a thread of its own, with `data` as its `workerData`, and gives back the first message that it
 * posts: what takes long leaves this thread free for whoever asks meanwhile.
 */
export function inThread<Result>(file: URL, data: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: data });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread of ${file.pathname} ended with ${code}`)));
  });
}
