// Turns formulas into MathML. Reads [[tex, display], ...] from standard input; writes a list of
// {mathml} or {error} to standard output. In a line of text, long ones may break where TeX would break them.
const { readFileSync } = require("fs");
const temml = require("temml");

// The sign of a derivative is high by itself: raised once more, it would float above its function.
const RAISED =
  /<msup>(<m[ion]>[^<]*<\/m[ion]>)(?:<mrow class="tml-\w+-pad">)?((?:<mo[^>]*tml-prime[^>]*>′<\/mo>)+)(?:<\/mrow>)?<\/msup>/g;
const lowerPrimes = (mathml) =>
  mathml.replace(RAISED, (_, base, primes) => {
    const sign = ["′", "″", "‴"][primes.split("<mo").length - 2];
    return `<mrow>${base}<mo lspace="0em" rspace="0em">${sign}</mo></mrow>`;
  });

const typeset = ([tex, displayMode]) => {
  try {
    const wrap = displayMode ? "none" : "tex";
    return {
      mathml: lowerPrimes(
        temml.renderToString(tex, { displayMode, wrap, strict: true, throwOnError: true }),
      ),
    };
  } catch (problem) {
    return { error: problem.message };
  }
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(typeset)));
