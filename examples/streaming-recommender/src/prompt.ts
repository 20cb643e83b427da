/** What the recommendation prompt needs of a user; the types follow from features.ts. */
export interface UserContext {
  readonly user_segment: string | null;
  readonly watch_count_30d: bigint | null;
  readonly last_genre: string | null;
}

/** The prompt that a language model would receive for one user. */
export function recommendationPrompt(context: UserContext): string {
  return [
    'You recommend titles on a streaming service.',
    `The user's segment: ${context.user_segment ?? 'unknown'}.`,
    `Titles watched in the last 30 days: ${context.watch_count_30d ?? 'unknown'}.`,
    `Genre of the title watched last: ${context.last_genre ?? 'unknown'}.`,
    'Recommend three titles in a short, friendly message.',
  ].join('\n');
}
