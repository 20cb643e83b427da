import type { Router } from '@larder/service-runtime';
import { createConsumersRouter } from './consumers/consumers-router.js';
import { createCatalogueRouter } from './definitions/catalogue-router.js';
import { createDefinitionsRouter } from './definitions/definitions-router.js';
import { createMaterializationRouter } from './materialization/materialization-router.js';
import { createOpenApiRouter } from './openapi/openapi-router.js';
import type { RegistryContext } from './registry-context.js';
import type { WatchHub } from './watch/watch-hub.js';
import { createWatchRouter } from './watch/watch-router.js';

/** The registry's routes. `drain` ends its streams. */
export function createRegistryRouters(
  context: RegistryContext,
  hub: WatchHub,
): { readonly routers: readonly Router[]; drain(): void } {
  const watch = createWatchRouter(hub);
  const routers = [
    watch.router,
    createDefinitionsRouter(context),
    createCatalogueRouter(context),
    createConsumersRouter(context),
    createMaterializationRouter(context),
    createOpenApiRouter(),
  ];
  return { routers, drain: () => watch.drain() };
}
