import type { ConsumerReporter } from '@larder/registry-client';
import { consumerName } from '@larder/registry-client';
import type { ReadPlan } from './read-plan.js';

/** Counts who reads what. */
export interface ConsumerCounts {
  /** Counts one read. A look into a map for a user agent that is known: about a tenth of a microsecond. */
  count(plan: ReadPlan, userAgent: string | undefined): void;
}

/** User agents are the callers' own words; so many are told apart per selection, further ones are counted as one consumer. */
const MAX_USER_AGENTS = 100;

const OTHERS = 'others';

/** Counts for the registry. The counters hang on the plan, so that finding one costs no key of project, service and views. */
export function consumerCounts(reporter: Pick<ConsumerReporter, 'counter'>): ConsumerCounts {
  return {
    count: (plan, userAgent = '') => {
      let counter = plan.consumers.get(userAgent);
      if (counter === undefined) {
        const isFull = plan.consumers.size >= MAX_USER_AGENTS;
        const { project, featureService, views } = plan;
        const key = isFull ? OTHERS : userAgent;
        counter = isFull ? plan.consumers.get(OTHERS) : undefined;
        counter ??= reporter.counter({
          project,
          featureService,
          consumer: isFull ? OTHERS : consumerName(userAgent),
          views: views.map(({ view }) => view.name),
        });
        plan.consumers.set(key, counter);
      }
      counter.add();
    },
  };
}

/** For where nobody counts. */
export const noConsumerCounts: ConsumerCounts = { count: () => undefined };
