import { LarderError } from '@larder/registry';
import type { CliContext } from './context.js';

/** The project that was asked for, or the registry's only one. */
export async function onlyProject({ registry, project }: Pick<CliContext, 'registry' | 'project'>): Promise<string> {
  if (project !== undefined) return project;
  const projects = await registry.projects();
  const [only, ...others] = projects;
  if (only === undefined)
    throw new LarderError('FAILED_PRECONDITION', 'the registry has no project yet; run `larder apply` first');
  if (others.length > 0)
    throw new LarderError(
      'INVALID_ARGUMENT',
      `the registry has several projects; say which with --project: ${projects.map((each) => each.project).join(', ')}`,
    );
  return only.project;
}
