// The buf command and the contract's files.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { captureCommand } from '../child-process.mjs';
import { workspaceRoot } from '../workspace.mjs';

/**
 * Runs buf at the root of the workspace.
 * @param {string[]} args
 * @param {Buffer} [input]
 */
export function runBuf(args, input) {
  return captureCommand('node_modules/.bin/buf', args, input === undefined ? {} : { input });
}

/** All .proto files below proto/. */
export function listProtoFiles() {
  const folder = join(workspaceRoot, 'proto');
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return files.filter((file) => file.endsWith('.proto'));
}
