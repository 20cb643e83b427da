import { LarderError, nearest } from '@larder/registry';
import type { FeatureViewSpec, Problem, Snapshot } from '@larder/registry';

/** The view of a job. NOT_FOUND when it is not registered any more, FAILED_PRECONDITION when it is not online. */
export function onlineViewById(snapshot: Snapshot, viewId: number, name: string): FeatureViewSpec {
  const view = snapshot.featureViews.find((each) => each.id === viewId);
  if (view === undefined) throw new LarderError('NOT_FOUND', `feature view ${name} is not registered any more`);
  if (!view.online) throw new LarderError('FAILED_PRECONDITION', notOnline(view.name));
  return view;
}

/** The view of that name. Throws as `onlineViewById` does. */
export function onlineViewByName(snapshot: Snapshot, name: string): FeatureViewSpec {
  const view = snapshot.featureViews.find((each) => each.name === name);
  if (view === undefined) throw new LarderError('NOT_FOUND', unknownView(snapshot, name));
  return onlineViewById(snapshot, view.id, name);
}

export interface ViewSelection {
  readonly views?: readonly string[] | undefined;
  readonly featureService?: string | undefined;
}

/** The views that a request names, all online ones when it names none, each once. INVALID_ARGUMENT with every unknown name. */
export function selectViews(snapshot: Snapshot, { views, featureService }: ViewSelection): readonly FeatureViewSpec[] {
  if (views === undefined && featureService === undefined) return snapshot.featureViews.filter((view) => view.online);
  const problems: Problem[] = [];
  const named = (views ?? []).flatMap((name, index) => resolve(snapshot, { name, path: `views.${index}` }, problems));
  const served = featureService === undefined ? [] : viewsOfService(snapshot, featureService, problems);
  if (problems.length > 0) throw LarderError.fromProblems('request body', problems);
  return [...new Set([...named, ...served])];
}

function resolve(
  snapshot: Snapshot,
  { name, path }: { readonly name: string; readonly path: string },
  problems: Problem[],
): FeatureViewSpec[] {
  const view = snapshot.featureViews.find((each) => each.name === name);
  if (view?.online === true) return [view];
  problems.push({ path, message: view === undefined ? unknownView(snapshot, name) : notOnline(name) });
  return [];
}

/** The online views of a service; ones that are only read for training have no place in it. */
function viewsOfService(snapshot: Snapshot, serviceName: string, problems: Problem[]): FeatureViewSpec[] {
  const service = snapshot.featureServices.find((each) => each.name === serviceName);
  if (service === undefined) {
    const names = snapshot.featureServices.map((each) => each.name);
    problems.push({
      path: 'featureService',
      message: `unknown feature service ${serviceName}${suggestion(serviceName, names)}`,
    });
    return [];
  }
  const names = new Set(service.views.map((each) => each.view));
  return snapshot.featureViews.filter((view) => names.has(view.name) && view.online);
}

function unknownView(snapshot: Snapshot, name: string): string {
  return `unknown feature view ${name}${suggestion(
    name,
    snapshot.featureViews.map((view) => view.name),
  )}`;
}

function notOnline(name: string): string {
  return `feature view ${name} is not online: its values are only read for training`;
}

function suggestion(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
