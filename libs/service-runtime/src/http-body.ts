import { LarderError } from '@larder/registry';
import express from 'express';
import type { RequestHandler } from 'express';
import { isDeeperThan } from './json-depth.js';

/** How request bodies are read. */
export interface JsonBodyOptions {
  /** Larger bodies, after decompression, are refused; 1 MiB by default. */
  readonly maxBytes?: number;
  /** Parses the text; `JSON.parse` by default. Replace it where int64 beyond 2^53 must keep its digits. */
  readonly parse?: (text: string) => unknown;
}

const DEFAULT_MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 100;
const JSON_TYPES = ['application/json', 'application/*+json'];

/** Handlers that turn a JSON body into `request.body`; without a JSON content type the body stays undefined. */
export function jsonBody({ maxBytes = DEFAULT_MAX_BYTES, parse = JSON.parse }: JsonBodyOptions): RequestHandler[] {
  const readText = express.text({ type: JSON_TYPES, limit: maxBytes });
  const parseText: RequestHandler = (request, _response, next) => {
    const text: unknown = request.body;
    if (typeof text === 'string') request.body = parseJsonText(text, parse);
    next();
  };
  return [readText, parseText];
}

function parseJsonText(text: string, parse: (text: string) => unknown): unknown {
  if (isDeeperThan(text, MAX_DEPTH)) throw invalidBody(`is nested deeper than ${MAX_DEPTH} levels`);
  try {
    return parse(text);
  } catch (error) {
    throw invalidBody(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalidBody(message: string): LarderError {
  return LarderError.fromProblems('request body', [{ path: 'body', message }]);
}
