// Purges and minifies what standard input describes, {third_party, own, scripts, words}, and writes
// {css, js} to standard output.
const { readFileSync } = require("fs");
const { transform } = require("esbuild");
const { PurgeCSS } = require("purgecss");

const target = ["chrome111", "firefox114", "safari16.4"];

async function main({ third_party, own, scripts, words }) {
  // Rules of the theme that apply to nothing on any page go; ours all stay.
  const [{ css }] = await new PurgeCSS().purge({
    content: [{ raw: words.join(" "), extension: "html" }],
    css: [{ raw: third_party }],
    defaultExtractor: (text) => text.split(" "),
    keyframes: true,
  });
  const minify = async (text, loader) =>
    (await transform(text, { loader, minify: true, target, charset: "utf8" })).code;
  process.stdout.write(
    JSON.stringify({ css: await minify(css + own, "css"), js: await minify(scripts, "js") }),
  );
}

main(JSON.parse(readFileSync(0, "utf8"))).catch((problem) => {
  console.error(problem);
  process.exit(1);
});
