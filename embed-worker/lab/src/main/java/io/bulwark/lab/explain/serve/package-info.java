/**
 * Where decisions come from, for reviewers on demand: {@code bulwark explain-server}. What may enter: how questions are
 * let in, answered one at a time and remembered for a while; no Kafka but reading references and policies, and no
 * upload.
 *
 * <pre>
 *   moderation-stream ── POST /explain/SHA-256?tenant=T, the preview's JPEG ──► desk (token, room, deadline)
 *                                                                                 └► one thread: decide, two maps ──► JSON
 * </pre>
 *
 * <p>It is a separate process because a map costs some two hundred forward passes, which no worker shall spend on one
 * image, and because gradients are the business of {@code robustness}, which the worker does not know. What is
 * explained is the preview's copy of a picture, a JPEG of at most 1,024 pixels a side that the preview itself wrote: no
 * bytes of a stranger come here, and this process reaches nothing but Kafka. The price is that the copy may be decided
 * a little otherwise than the file, above all where the file was made to deceive; so every answer says what the copy's
 * score is, and the console puts it beside the verdict's. Answers lie in memory for ten minutes at most and never on
 * disk. Each is asked for with the picture in hand, so what is erased is gone before this is asked.
 */
package io.bulwark.lab.explain.serve;
