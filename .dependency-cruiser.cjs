/** Who may import whom (docs/architecture.md). Each rule says why. */
const BROWSER = '^(app/(?!api/)|lib/(contracts|assets|swarm|player)/)';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Files that import each other cannot be understood or tested apart.',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contracts-stand-alone',
      severity: 'error',
      comment: 'Contracts are what every process agrees on; they know nothing of ours.',
      from: { path: '^lib/contracts/' },
      to: { path: '^(app|lib|services|signaling|server|cli|lab)/', pathNot: '^lib/contracts/' },
    },
    {
      name: 'assets-know-contracts-only',
      severity: 'error',
      comment: 'Browser and server share assets, so it may know neither.',
      from: { path: '^lib/assets/' },
      to: { path: '^(app|lib|services|signaling|server|cli|lab)/', pathNot: '^lib/(contracts|assets)/' },
    },
    {
      name: 'policy-is-pure',
      severity: 'error',
      comment: 'Policies are pure decisions, shared with the simulator: no I/O, no clock, nothing but contracts.',
      from: { path: '^lib/swarm/policy/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(lib/contracts/|lib/swarm/policy/)' },
    },
    {
      name: 'lib-knows-no-parts',
      severity: 'error',
      comment: 'lib is what the parts are made of; it imports neither pages nor services nor signaling.',
      from: { path: '^lib/' },
      to: { path: '^(app|services|signaling|server|cli|lab)/' },
    },
    {
      name: 'services-talk-through-the-bus',
      severity: 'error',
      comment: 'A service that imports another cannot run on a machine of its own.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'parts-know-no-parts',
      severity: 'error',
      comment: 'Pages, services and signaling meet on the bus and on sockets; only server/ composes them.',
      from: { path: '^(app|services|signaling)/' },
      to: { path: '^(app|services|signaling|server|cli|lab)/', pathNot: '^$1/' },
    },
    {
      name: 'browser-only-what-browsers-may',
      severity: 'error',
      comment: 'What runs in a browser imports only contracts, assets, swarm, player and app components.',
      from: { path: BROWSER, pathNot: '(\\.test\\.tsx?|\\.server\\.tsx?)$' },
      to: { path: '^(lib|services|signaling|server|cli|lab)/', pathNot: '^lib/(contracts|assets|swarm|player)/' },
    },
    {
      name: 'no-whole-zod-in-the-browser',
      severity: 'error',
      comment: 'Whole zod costs 92 KB gzipped where zod/mini costs 4.',
      from: { path: BROWSER },
      to: { path: 'node_modules/zod/', pathNot: 'node_modules/zod/(v4/)?(mini|core|locales)' },
    },
    {
      name: 'no-node-in-the-browser',
      severity: 'error',
      comment: 'Browsers have no Node modules.',
      from: { path: BROWSER, pathNot: '(\\.test\\.tsx?|\\.server\\.tsx?)$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
