// A service that says which release it is; of the second one every other answer is an error.
import { createServer } from 'node:http';

const release = process.env.RELEASE;
let answered = 0;
const server = createServer((request, response) => {
  if (request.url === '/metrics')
    return response.end('# TYPE shop_active_requests gauge\nshop_active_requests 1\n');
  if (request.url === '/health') return response.end(JSON.stringify({ status: 'pass', releaseId: release }));
  answered += 1;
  return response.writeHead(release === 'v2' && answered % 2 === 0 ? 500 : 200).end(release);
});
// The release before holds the port until it has ended.
server.on('error', () => setTimeout(listen, 100));
const listen = () => server.listen(Number(process.env.SHOP_PORT ?? 3000), '127.0.0.1');
listen();
