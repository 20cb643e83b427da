import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./testdata/typescript-hooks.mjs', import.meta.url).href;
const SERVICE = fileURLToPath(new URL('./testdata/slow-service.ts', import.meta.url));

class ServiceProcess {
  readonly lines: Record<string, unknown>[] = [];
  stderr = '';
  private ended = false;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly waiting = new Set<() => void>();

  constructor(environment: Record<string, string>, args: readonly string[] = []) {
    const command = ['--no-warnings', '--conditions=@larder/source', '--import', HOOKS, SERVICE, ...args];
    this.child = spawn(process.execPath, command, {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.take(line));
    this.child.stderr.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.exited = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
    void this.exited.then(() => {
      this.ended = true;
      this.wake();
    });
  }

  async url(): Promise<string> {
    return String((await this.line((each) => 'url' in each))['url']);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async line(matches: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.lines.find(matches);
      if (found !== undefined) return found;
      if (this.ended) throw new Error(`the service ended: ${this.stderr}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  private take(line: string): void {
    if (line.startsWith('{')) this.lines.push(JSON.parse(line) as Record<string, unknown>);
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

const started: ServiceProcess[] = [];

function start(environment: Record<string, string> = {}, args: readonly string[] = []): ServiceProcess {
  const service = new ServiceProcess({ LARDER_HTTP_HOST: '127.0.0.1', ...environment }, args);
  started.push(service);
  return service;
}

afterEach(() => {
  for (const service of started.splice(0)) service.kill('SIGKILL');
});

interface Load {
  answered: number;
  failed: string[];
  /** Answers that came after the signal was sent. */
  answeredAfterSignal: number;
  signalled: boolean;
  stopped: boolean;
}

/** Sends requests without pause over kept-alive connections until readiness shows red, as a balancer would. */
async function sendLoad(url: string, load: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  while (!load.stopped) {
    try {
      await readAnswer(`${url}/slow`, agent);
      load.answered++;
      if (load.signalled) load.answeredAfterSignal++;
    } catch (error) {
      load.failed.push(String(error));
    }
  }
  agent.destroy();
}

/** Probes until readiness is red, or the service is gone: then the load ends, too late. */
async function probe(url: string, load: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  while (!load.stopped) {
    const status = await readAnswer(`${url}/health/ready`, agent).then(
      (answer) => answer.status,
      (error: unknown) => void load.failed.push(`probe: ${String(error)}`),
    );
    load.stopped = status !== 200;
  }
  agent.destroy();
}

function readAnswer(url: string, agent: Agent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('aborted', () => reject(new Error('cut answer')));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    }).once('error', reject);
  });
}

describe('a service under load that gets SIGTERM', () => {
  it('turns readiness red, answers every request it was sent, closes its store and exits 0', async () => {
    const service = start();
    const url = await service.url();
    const load: Load = { answered: 0, failed: [], answeredAfterSignal: 0, signalled: false, stopped: false };
    const senders = Array.from({ length: 16 }, () => sendLoad(url, load));
    const probing = probe(url, load);
    while (load.answered < 100) await new Promise((resolve) => setImmediate(resolve));
    load.signalled = true;
    service.kill('SIGTERM');
    await Promise.all([probing, ...senders]);
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(load.failed).toEqual([]);
    expect(load.answeredAfterSignal).toBeGreaterThan(0);
    const states = service.lines.flatMap((line) =>
      'state' in line ? [line['state']] : 'closed' in line ? ['closed store'] : [],
    );
    expect(states).toEqual(['ready', 'draining', 'closed store', 'stopped']);
  });

  it('cuts what is still in progress at the deadline and exits 0', async () => {
    const service = start({ LARDER_DRAIN_SECONDS: '1' });
    const url = await service.url();
    const endless = expect(readAnswer(`${url}/endless`, new Agent())).rejects.toThrow();
    await readAnswer(`${url}/slow`, new Agent());
    service.kill('SIGTERM');
    await endless;
    expect(await service.exited).toEqual({ code: 0, signal: null });
  });

  it('ends at once on a second signal', async () => {
    const service = start({ LARDER_DRAIN_SECONDS: '600' });
    const url = await service.url();
    const endless = expect(readAnswer(`${url}/endless`, new Agent())).rejects.toThrow();
    await readAnswer(`${url}/slow`, new Agent());
    service.kill('SIGINT');
    await service.line((line) => line['state'] === 'draining');
    service.kill('SIGINT');
    await endless;
    expect(await service.exited).toEqual({ code: 1, signal: null });
  });
});

describe('a service that cannot start', () => {
  it('prints one clear line and exits 1', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const service = start({ LARDER_HTTP_PORT: String(port) });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr).toBe(`slow-service: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
    expect(service.lines).toEqual([{ closed: 'store' }]);
    blocker.close();
  });

  it('reports every problem of its configuration and exits 1', async () => {
    const service = start({ LARDER_HTTP_PORT: 'http', LARDER_LOG_LEVEL: 'loud' });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr).toContain('slow-service: configuration: 2 problems');
    expect(service.stderr).toContain('LARDER_HTTP_PORT: expected a whole number from 0 to 65535');
    expect(service.stderr).toContain('LARDER_LOG_LEVEL: ');
  });
});

describe('--check-config', () => {
  it('exits 0 without opening anything when the configuration is valid, 1 when it is not', async () => {
    const valid = start({}, ['--check-config']);
    const invalid = start({ LARDER_DRAIN_SECONDS: '-1' }, ['--check-config']);
    expect((await valid.exited).code).toBe(0);
    expect(valid.lines).toEqual([]);
    expect((await invalid.exited).code).toBe(1);
    expect(invalid.stderr).toContain('LARDER_DRAIN_SECONDS');
  });
});
