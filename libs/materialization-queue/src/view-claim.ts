import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';

const RENEW = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/**
 * The right to materialize one view: a key with a random token that expires unless it is renewed, so that a worker that was
 * killed holds it no longer than `holdMs`. It keeps two runs of a view apart; that a run which lost it without noticing does
 * no harm is the business of fences and generations.
 */
export class ViewClaim {
  private constructor(
    private readonly redis: Redis,
    private readonly key: string,
    private readonly token: string,
    private readonly holdMs: number,
  ) {}

  /** Takes the claim, or undefined while another run holds it. */
  static async take(redis: Redis, key: string, holdMs: number): Promise<ViewClaim | undefined> {
    const token = randomBytes(12).toString('hex');
    const taken = await redis.set(key, token, 'PX', holdMs, 'NX');
    return taken === null ? undefined : new ViewClaim(redis, key, token, holdMs);
  }

  /** False when the claim is lost. */
  async renew(): Promise<boolean> {
    return (await this.redis.eval(RENEW, 1, this.key, this.token, this.holdMs)) === 1;
  }

  /** Gives the claim back, if it is still this run's. */
  async release(): Promise<void> {
    await this.redis.eval(RELEASE, 1, this.key, this.token);
  }
}
