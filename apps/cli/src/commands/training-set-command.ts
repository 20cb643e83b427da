import { copyFile, readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { LarderError } from '@larder/registry';
import type { CliContext } from '../context.js';
import { callJson } from '../http-json.js';
import { onlyProject } from '../only-project.js';
import { withProgress } from '../progress.js';
import { grouped, tableText } from '../table.js';
import { present } from '../terminal.js';
import { selectionOf, shownValue } from './get-command.js';
import type { FeatureValue } from '@larder/registry';

export interface TrainingSetOptions {
  readonly service?: string;
  readonly features?: readonly string[];
  readonly fullNames?: boolean;
  /** File to write the Parquet result to; absent = print the rows. */
  readonly out?: string;
  /** Turns the known-time rule off. */
  readonly ignoreCreatedTime?: boolean;
  readonly accuracy?: string;
  readonly timestamp?: string;
}
