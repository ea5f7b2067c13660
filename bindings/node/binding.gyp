{
  'targets': [{
    'target_name': 'securepair',
    'sources': ['<!@(node scripts/core.js sources)'],
    'include_dirs': ['src', '<!@(node scripts/core.js include)'],
    'defines': ['NAPI_VERSION=8', 'SECUREPAIR_HOST_OPENSSL', 'SECUREPAIR_API='],
    'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++14', '-std=gnu++17', '-std=gnu++20'],
    'cflags_cc': ['-std=c++20', '-fexceptions', '-frtti', '-fvisibility=hidden', '-fvisibility-inlines-hidden',
                  '-fno-semantic-interposition'],
    'ldflags': ['-Wl,-z,now', '-Wl,-z,nodelete', '-Wl,--version-script=<(module_root_dir)/src/exports.map'],
  }],
}
