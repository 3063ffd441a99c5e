/* Start Matplotlib in Pyodide under Node, and print the list that it makes of its fonts. */

const READ = `
import logging
from pathlib import Path

logging.disable()
import matplotlib.font_manager

Path(matplotlib.font_manager.__file__).with_name("fontlist.json").read_text()
`;

const [npm, folder] = process.argv.slice(2);
const { loadPyodide } = await import(`${npm}/pyodide.mjs`);
const pyodide = await loadPyodide({ indexURL: folder });
await pyodide.loadPackage("matplotlib", { messageCallback: () => {} });
process.stdout.write(pyodide.runPython(READ), () => process.exit());
