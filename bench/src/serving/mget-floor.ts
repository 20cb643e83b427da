import { Redis } from 'ioredis';
import type { ChildRole } from '../lib/child-role.js';

interface Request {
  readonly calls: number;
  readonly inFlight: number;
}

/**
 * The floor of a batch read: the same rows by one bare MGET per call through the same Redis client, keys prepared, answers
 * only looked at for missing rows. No request to parse, no status, no response, no gRPC. Nothing of Larder is in here.
 */
export const mgetFloor: ChildRole<
  { readonly redisUrl: string; readonly keys: readonly string[] },
  { readonly rowBytes: number },
  Request,
  { readonly rows: number }
> = {
  name: 'mget-floor',
  open: async ({ redisUrl, keys }) => {
    const redis = new Redis(redisUrl);
    const args = [...keys];
    const read = async (): Promise<(Buffer | null)[]> => {
      const rows = await redis.mgetBuffer(args);
      if (rows.length !== args.length || rows.includes(null)) throw new Error('a row is missing');
      return rows;
    };
    const first = await read();
    return {
      info: { rowBytes: first.reduce((sum, row) => sum + (row?.length ?? 0), 0) / first.length },
      run: async ({ calls, inFlight }) => {
        let left = calls;
        const loop = async (): Promise<void> => {
          while (left-- > 0) await read();
        };
        await Promise.all(Array.from({ length: inFlight }, loop));
        return { rows: calls * args.length };
      },
      close: async () => redis.disconnect(),
    };
  },
};
