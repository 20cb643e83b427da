import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { ownedRedis, startTestRedis } from './test-redis.js';

/** What the Redis answers to plain command lines before it closes the connection. */
async function ask(socketPath: string, ...lines: string[]): Promise<string> {
  const socket = connect({ path: socketPath }).setEncoding('utf8');
  socket.write([...lines, 'QUIT', ''].join('\r\n'));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('startTestRedis', () => {
  it('gives every test an empty Redis of its own, and takes it away', async () => {
    const [one, two] = await Promise.all([startTestRedis(), startTestRedis()]);
    expect(await ask(one.url, 'SET who one', 'GET who')).toBe('+OK\r\n$3\r\none\r\n+OK\r\n');
    expect(await ask(two.url, 'DBSIZE')).toBe(':0\r\n+OK\r\n');
    expect(await ask(two.url, 'INFO server')).toContain(`process_id:${two.pid}\r\n`);
    await Promise.all([one.close(), two.close()]);
    expect([existsSync(one.url), existsSync(two.url)]).toEqual([false, false]);
  });

  it('says why there is none', () => {
    expect(() => ownedRedis({ kind: 'unavailable', reason: 'apt-get is not installed' })).toThrow(
      'this test needs a Redis; install redis-server. apt-get is not installed',
    );
  });
});
