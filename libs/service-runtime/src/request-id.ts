import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const HEADER = 'x-request-id';
const ACCEPTED = /^[\w.:-]{1,128}$/;

/** Gives each request an id, the caller's own if it sent a plain one, and returns it in the header `x-request-id`. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const sent = request.get(HEADER);
  const requestId = sent !== undefined && ACCEPTED.test(sent) ? sent : randomUUID();
  response.locals['requestId'] = requestId;
  response.setHeader(HEADER, requestId);
  next();
};

/** The id that `assignRequestId` gave. */
export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}
