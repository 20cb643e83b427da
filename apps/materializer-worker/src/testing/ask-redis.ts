import { connect } from 'node:net';

/** What the Redis on a unix socket answers to one plain command line, as it came over the wire. */
export async function askRedis(socketPath: string, command: string): Promise<string> {
  const socket = connect({ path: socketPath }).setEncoding('utf8');
  socket.write(`${command}\r\nQUIT\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** Keys that match a glob pattern; they hold no white space. */
export async function redisKeys(socketPath: string, pattern: string): Promise<string[]> {
  return (await askRedis(socketPath, `KEYS ${pattern}`)).split('\r\n').filter((line) => /^[^*$+]/.test(line));
}
