// The cases that the tests here share with those in Python.
import { readFileSync } from "node:fs";

/**
 * Read a file of cases from the folder beside this one.
 *
 * @param {string} name
 */
export const readCases = (name) =>
  JSON.parse(readFileSync(new URL(`cases/${name}`, import.meta.url), "utf8"));

/** Read what Python has written for this run, to the file that BACKPROP_CASES names. */
export function readExported() {
  const file = process.env.BACKPROP_CASES;
  if (!file) throw new Error("run these tests through pytest: tests/course/test_same_rule.py");
  return JSON.parse(readFileSync(file, "utf8"));
}
