import { watch } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isLarderError, parseInstant } from '@larder/registry';
import { RegistryClient } from '@larder/registry-client';
import type { LogLevel } from '@larder/service-runtime';
import { fixedClock, systemClock } from '@larder/service-runtime';
import { withPlaces } from '../definitions/with-places.js';
import { loadDefinitions } from '../load-definitions.js';
import type { LoadedDefinitions } from '../load-definitions.js';
import { openLocalStack } from '../local-stack.js';
import type { LocalStack } from '../local-stack.js';
import { withProgress } from '../progress.js';
import { fieldsText } from '../table.js';
import { say, styled } from '../terminal.js';
import type { Terminal } from '../terminal.js';
import { changesText } from '../plan/changes-text.js';
import { problemLines } from '../plan/plan-text.js';

export interface DevOptions {
  /** A clock that stands still, for data of another time. */
  readonly now?: string;
  readonly redisUrl?: string;
  /** No Redis: values and jobs live in this process. */
  readonly inProcess?: boolean;
  readonly logLevel?: LogLevel;
  readonly project?: string;
}

const PORTS = { registry: 6570, offlineQuery: 6571, worker: 6572, servingHttp: 6566, servingGrpc: 6567 } as const;
const DEBOUNCE_MS = 150;

/**
 * `larder dev`: the four services on their usual ports with the definitions below `path`, applied again whenever they change (what left the
 * code is retired), until Ctrl-C. Definitions that are refused are shown and waited for.
 */
export async function devCommand(terminal: Terminal, path: string, options: DevOptions): Promise<number> {
  const loaded = await loadDefinitions(path, options.project);
  const { project } = loaded.definitions;
  const clock = options.now === undefined ? systemClock : fixedClock(parseInstant(options.now));
  const stack = await withProgress(
    terminal,
    'start registry, offline-query, materializer-worker and online-serving',
    (progress) =>
      openLocalStack({
        project,
        projectDirectory: loaded.projectDirectory,
        clock,
        dataDirectory: join(loaded.projectDirectory, '.larder'),
        ports: PORTS,
        onProgress: progress.update,
        logLevel: options.logLevel ?? 'warn',
        inProcess: options.inProcess === true,
        ...(options.redisUrl === undefined ? {} : { redisUrl: options.redisUrl }),
      }),
    (opened) => opened.storeDescription,
  );
  const watcher = await applyAndWatch(terminal, stack, { path, loaded, project });
  say(terminal, banner(terminal, stack));
  await stopSignal();
  say(terminal, '\nstopping …');
  watcher.close();
  await stack.close();
  return 0;
}

interface Watched {
  readonly path: string;
  readonly loaded: LoadedDefinitions;
  readonly project: string;
}

async function applyAndWatch(
  terminal: Terminal,
  stack: LocalStack,
  { path, loaded, project }: Watched,
): Promise<{ close(): void }> {
  const registry = new RegistryClient({ url: stack.registryUrl });
  const apply = async (load: () => Promise<LoadedDefinitions>): Promise<void> => {
    try {
      const { definitions, locate } = await load();
      const request = { definitions, author: 'larder dev', prune: true } as const;
      const { version, changes, warnings } = await registry.apply(project, request).catch((error: unknown) => {
        throw withPlaces(error, locate);
      });
      if (changes.length > 0) say(terminal, changesText(terminal, changes));
      for (const line of problemLines(warnings.map(locate)))
        say(terminal, `${styled(terminal.stdout, 'yellow', 'warning')} ${line}`);
      say(terminal, `${project} is ${changes.length > 0 ? 'now ' : ''}at version ${version}`);
    } catch (error) {
      say(terminal, styled(terminal.stdout, 'red', isLarderError(error) ? error.message : String(error)));
    }
  };
  await apply(() => Promise.resolve(loaded));
  return watchFiles(loaded.files, () => apply(() => loadDefinitions(path, project)));
}

/** Watches the folders of the files: editors replace files, and a watch on a replaced file sees nothing. */
function watchFiles(files: readonly string[], onChange: () => Promise<void>): { close(): void } {
  const names = new Set(files.map((file) => basename(file)));
  const folders = [...new Set(files.map((file) => dirname(resolve(file))))];
  let timer: NodeJS.Timeout | undefined;
  const watchers = folders.map((folder) =>
    watch(folder, (_event, name) => {
      if (name === null || !names.has(name)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void onChange(), DEBOUNCE_MS);
    }),
  );
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function banner(terminal: Terminal, stack: LocalStack): string {
  const warning =
    stack.withoutRedis === undefined
      ? []
      : [
          styled(
            terminal.stdout,
            'yellow',
            `No Redis: values and jobs live in this process and end with it. ${stack.withoutRedis}`,
          ),
        ];
  return [
    '',
    ...warning,
    fieldsText([
      ['registry', stack.registryUrl],
      ['training sets', stack.offlineQueryUrl],
      ['materialization', stack.workerUrl],
      ['features (JSON)', `${stack.servingUrl}/get-online-features`],
      ['features (gRPC)', stack.grpcAddress],
      ['online store', stack.storeDescription],
    ]),
    '',
    'Watching the definitions. Ctrl-C stops everything.',
  ].join('\n');
}

async function stopSignal(): Promise<void> {
  await new Promise<void>((resolvePromise) => {
    process.once('SIGINT', () => resolvePromise());
    process.once('SIGTERM', () => resolvePromise());
  });
}
