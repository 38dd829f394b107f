/** The rules work with Temporal; a browser without it gets it before anything of ours runs. */
if (!('Temporal' in globalThis)) await import('temporal-polyfill/global');
