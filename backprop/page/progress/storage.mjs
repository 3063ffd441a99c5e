// The reader's own browser keeps the record. Blocked, full or damaged: a page goes on, and progress
// then lasts as long as the page.

import { library } from "../dom.mjs";
import { KEY, makeEmpty, mergeRecords, readText } from "./records.mjs";

/** @import {Records} from "./records.mjs" */

const ASIDE = `${KEY}-aside-`;

/** @type {Records | null} */
let unkept = null;
let untouchable = false; // what is stored can be neither read nor moved

/** Check whether what is recorded will still be there on the next page. */
export function isKept() {
  try {
    return unkept === null && !localStorage.temporary;
  } catch {
    return false;
  }
}

/** @returns {Records} */
export function loadRecords() {
  let text = null;
  try {
    text = localStorage.getItem(KEY);
  } catch {
    // blocked
  }
  if (text === null) return unkept ?? makeEmpty();
  const { problem, records } = readText(text, library.outline?.renamed);
  if (problem && !unkept) setAside(text, records);
  return unkept ? mergeRecords(unkept, records) : records;
}

/** @param {Records} records */
export function saveRecords(records) {
  unkept = records;
  if (untouchable) return;
  try {
    // No empty lists of guesses and drafts: the record on the reader's machine has none, either.
    const { guesses, drafts, ...kept } = records;
    const more = Object.entries({ guesses, drafts }).filter(([, each]) => Object.keys(each).length);
    localStorage.setItem(KEY, JSON.stringify({ ...kept, ...Object.fromEntries(more) }));
    if (!localStorage.temporary) unkept = null;
  } catch {
    // blocked or full
  }
}

/**
 * What cannot be read may still be precious: it is moved, never overwritten.
 *
 * @param {string} text
 * @param {Records} rest
 */
function setAside(text, rest) {
  try {
    let n = 1;
    while (localStorage.getItem(ASIDE + n) !== null) n += 1;
    localStorage.setItem(ASIDE + n, text);
    saveRecords(rest);
  } catch {
    untouchable = true;
    unkept = rest;
  }
}

/** List what was set aside, the oldest first. */
export function listAsides() {
  const found = [];
  try {
    for (let n = 0; n < localStorage.length; n += 1) {
      const key = localStorage.key(n) ?? "";
      if (key.startsWith(ASIDE)) found.push({ key, text: localStorage.getItem(key) ?? "" });
    }
  } catch {
    // blocked
  }
  return found.sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
}

/** Forget everything. */
export function eraseRecords() {
  unkept = null;
  untouchable = false;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // blocked: there is nothing
  }
}
