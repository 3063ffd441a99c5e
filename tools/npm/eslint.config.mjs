// The rules for the scripts of pages, of the build, and of their tests.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  "no-var": "error",
  "prefer-const": "error",
  "prefer-template": "error",
  "prefer-arrow-callback": "error",
  "object-shorthand": "error",
  eqeqeq: "error",
  complexity: ["error", 15],
  "max-lines-per-function": ["error", { max: 220, skipComments: true, skipBlankLines: true }],
};

// What scripts of other people define before ours run.
const libraries = Object.fromEntries(
  ["DOCUMENTATION_OPTIONS", "Search", "qrcode", "sha256"].map((name) => [name, "readonly"]),
);

export default [
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules },
  {
    files: ["backprop/page/**/*.mjs", "book/_pages/**/*.mjs"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
  },
  {
    files: ["book/_static/*.js"],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: "script",
      globals: { ...globals.browser, ...libraries },
    },
  },
  {
    files: ["book/_ext/web/*.cjs"],
    languageOptions: { ecmaVersion: 2024, sourceType: "commonjs", globals: globals.node },
  },
  {
    files: ["tests/javascript/**/*.mjs", "tools/npm/*.mjs"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.node },
  },
];
