// How far a reader is, chapter by chapter, as backprop/course/progress/overview.py counts it.

/** @import {Chapter, Records} from "./records.mjs" */

/**
 * Count how far a reader is in a chapter. What was answered after its answer had been shown is not
 * right, and counts by itself.
 *
 * @param {Chapter} chapter
 * @param {Records} records
 */
export function countChapter({ name, questions, exercises }, records) {
  const answers = questions.map((each) => records.questions[`${name}/${each}`]).filter(Boolean);
  const right = answers.filter((entry) => entry.right);
  const own = right.filter((entry) => !entry.shown);
  const solved = exercises.filter((each) => records.exercises[`${name}/${each}`]?.solved);
  return {
    answered: answers.length,
    right: own.length,
    first: own.filter((entry) => entry.first).length,
    shown: right.length - own.length,
    questions: questions.length,
    solved: solved.length,
    exercises: exercises.length,
    finished: right.length === questions.length,
  };
}
