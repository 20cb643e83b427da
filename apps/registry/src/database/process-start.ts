import { readFile } from 'node:fs/promises';
import { errorCode } from '../error-code.js';

/**
 * When a process of this machine started, in the system's own ticks: `gone` when there is none, `unknown` where the system
 * does not tell. A process id alone does not name a process: in a container that starts again it is the same.
 */
export async function processStart(pid: number): Promise<string> {
  if (!exists(pid)) return 'gone';
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text === undefined ? 'unknown' : startFromStat(text);
}

const STATE_FIELD = 0;
const START_FIELD = 19;

/** Fields are counted after the name, which is in parentheses and may hold spaces and parentheses itself. */
function startFromStat(text: string): string {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[STATE_FIELD] === 'Z' ? 'gone' : (fields[START_FIELD] ?? 'unknown');
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
