// Turns formulas into MathML. Reads [[tex, display], ...] from standard input; writes a list of
// {mathml} or {error} to standard output. In a line of text, long ones may break where TeX would break them.
const { readFileSync } = require("fs");
const temml = require("temml");

const typeset = ([tex, displayMode]) => {
  try {
    const wrap = displayMode ? "none" : "tex";
    return {
      mathml: temml.renderToString(tex, { displayMode, wrap, strict: true, throwOnError: true }),
    };
  } catch (problem) {
    return { error: problem.message };
  }
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(typeset)));
