// How data travel in an attribute of a page, as backprop/show/explorers/frames.py has packed them.

/**
 * Read what was packed: JSON, deflated, in base64.
 *
 * @param {string} payload
 * @returns {Promise<any>}
 */
export function unpack(payload) {
  const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).json();
}
