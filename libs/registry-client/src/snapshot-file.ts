import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LarderError, parseSnapshot } from '@larder/registry';
import { z } from 'zod';
import type { TaggedSnapshot } from './registry-client.js';

/** The last good snapshot of one project on disk: what a service starts from when the registry is down. */
export interface SnapshotFile {
  readonly path: string;
  /** Undefined when there is none. Throws FAILED_PRECONDITION for one that is damaged or of another project or format. */
  read(): Promise<TaggedSnapshot | undefined>;
  /** Replaces the file in one step: a reader, or a crash, meets the old one or the new one. */
  write(tagged: TaggedSnapshot): Promise<void>;
}

const FORMAT_VERSION = 1;

const fileSchema = z.object({ formatVersion: z.literal(FORMAT_VERSION), etag: z.string(), snapshot: z.unknown() });

/** The file `<project>.json` in `directory`, which is made when it is first written. */
export function createSnapshotFile(directory: string, project: string): SnapshotFile {
  if (!/^[a-z][a-z0-9_-]*$/.test(project)) {
    throw new LarderError('INVALID_ARGUMENT', `project: ${JSON.stringify(project)} is not a project name`);
  }
  const path = join(directory, `${project}.json`);
  return {
    path,
    read: async () => {
      const text = await readIfThere(path);
      return text === undefined ? undefined : parseFile(text, path, project);
    },
    write: async ({ etag, snapshot }) => {
      await mkdir(directory, { recursive: true });
      await replaceFile(path, JSON.stringify({ formatVersion: FORMAT_VERSION, etag, snapshot }));
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseFile(text: string, path: string, project: string): TaggedSnapshot {
  try {
    const { etag, snapshot: json } = fileSchema.parse(JSON.parse(text));
    const snapshot = parseSnapshot(json);
    if (snapshot.project !== project) throw new Error(`it is of project ${snapshot.project}`);
    return { etag, snapshot };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LarderError(
      'FAILED_PRECONDITION',
      `${path} is not a snapshot that can be read: ${reason}`,
      {},
      { cause: error },
    );
  }
}

/** Processes may share the folder, so each writes under a name of its own before it renames. */
async function replaceFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
