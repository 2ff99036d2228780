/**
 * What moderation-stream costs with very many decisions: the time of a lookup, the time to start with its state, the
 * bytes of a decision. The real program on a separate broker, asked over HTTP as users ask it.
 */
package io.bulwark.lab.bench.decisions;
