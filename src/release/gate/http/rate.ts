import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Whether an address has asked too often; each kind of route answers that in its own way. */
export function isTooMany(
  app: FastifyInstance,
  perMinute: number,
): (request: FastifyRequest) => Promise<boolean> {
  const check = app.createRateLimit({ max: perMinute, timeWindow: 60_000 });
  return async (request) => {
    const limit = await check(request);
    return !limit.isAllowed && limit.isExceeded;
  };
}
