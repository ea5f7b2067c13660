'use strict';
// The C++ library's sources: beside this package in its repository, and in core/ within the package that npm has packed.
//   core.js copy | remove     what npm pack does before and after
//   core.js sources | include what binding.gyp asks for, a line each
const fs = require('fs');
const path = require('path');

const root = path.dirname(__dirname);
const packed = path.join(root, 'core');
const repository = path.join(root, '..', '..');
const core = fs.existsSync(packed) ? packed : repository;
// All but the one that is a library of its own.
const rooms = fs.readdirSync(path.join(core, 'src')).filter((room) => room !== 'aead').sort();

function ccFiles(folder) {
  return fs.readdirSync(folder).filter((name) => name.endsWith('.cc')).sort().map((name) => path.join(folder, name));
}

const commands = {
  copy() {
    fs.cpSync(path.join(repository, 'include'), path.join(packed, 'include'), { recursive: true });
    for (const room of rooms) fs.cpSync(path.join(repository, 'src', room), path.join(packed, 'src', room), { recursive: true });
    fs.copyFileSync(path.join(repository, 'LICENSE'), path.join(packed, 'LICENSE'));
  },
  remove() {
    fs.rmSync(packed, { recursive: true, force: true });
  },
  sources() {
    const folders = [path.join(root, 'src'), ...rooms.map((room) => path.join(core, 'src', room))];
    const files = folders.flatMap(ccFiles).map((file) => path.relative(root, file));
    process.stdout.write(files.join('\n') + '\n');
  },
  include() {
    process.stdout.write(['src', 'include'].map((name) => path.relative(root, path.join(core, name))).join('\n') + '\n');
  },
};

commands[process.argv[2]]();
