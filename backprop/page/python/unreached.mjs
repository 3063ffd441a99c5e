// What is said where a file of the book's own site did not arrive.

/** Thrown where the site answers, and has no such file. */
export class AnswerError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`the site answers ${status}`);
    this.status = status;
  }
}

/**
 * Say what did not arrive, why, and what helps: names hold hashes, so a site that has been renewed
 * has none of those for which a page asks that was opened before.
 *
 * @param {string} what
 * @param {unknown} problem
 */
export function describeUnreached(what, problem) {
  const why = problem instanceof Error ? problem.message : String(problem);
  const isGone = problem instanceof AnswerError && [404, 410].includes(problem.status);
  const advice = isGone
    ? "The book may have been renewed since this page was opened: reload the page, then try again."
    : "Look at your connection, then try again.";
  return `${what} could not be loaded from this site (${why}). ${advice}`;
}
