/**
 * The demo: held-out samples, their everyday and attacked copies go through a local node, and people's reviews come after
 * them. What may enter: what is sent, what is expected of it, and the lines that say what came of it; no process.
 */
package io.bulwark.cli.demo;
