/**
 * The demo: held-out samples, their everyday and attacked copies go through a local node, and people's reviews come
 * after them. What may enter: what is sent, what is expected of it, and the lines about the answers; no process.
 */
package io.bulwark.cli.demo;
