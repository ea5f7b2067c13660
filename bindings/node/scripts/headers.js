'use strict';
// Prints the folder of headers for the node that runs this: that of npm's setting nodedir, else its own beside the program, or Debian's.
// Exits 1 with one sentence where there are none.
const fs = require('fs');
const path = require('path');

function candidates() {
  if (process.env.npm_config_nodedir) return [path.join(process.env.npm_config_nodedir, 'include', 'node')];
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  return [path.join(prefix, 'include/node'), '/usr/include/node', '/usr/include/nodejs/src'];
}

/** The first folder that has node_api.h, or undefined. Asked for one version alone where several are installed. */
function find() {
  return candidates().find((folder) => fs.existsSync(path.join(folder, 'node_api.h')) && isOf(folder));
}

// A prefix may have the headers of another node than the one that runs.
function isOf(folder) {
  const header = path.join(folder, 'node_version.h');
  if (!fs.existsSync(header)) return true;
  const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(fs.readFileSync(header, 'utf8'));
  return major === null || major[1] === process.versions.node.split('.')[0];
}

const missing =
  `securepair: the headers of node ${process.versions.node} are not beside it (looked for node_api.h in ` +
  `${candidates().join(', ')}); install them, such as by your system's libnode-dev, or a node with headers.`;

module.exports = { find, missing };

if (require.main === module) {
  const folder = find();
  if (folder === undefined) {
    process.stderr.write(missing + '\n');
    process.exitCode = 1;
  } else {
    process.stdout.write(folder);
  }
}
