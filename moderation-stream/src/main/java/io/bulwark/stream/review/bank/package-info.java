/**
 * References for the bank, made of pictures that people decided about: from how the worker's model saw the picture, as it
 * stands on {@code moderation.embeddings}. No picture is fetched or embedded here.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>The whole picture by default.</b> A detail or a panel of an explicit picture may show a bare wall. As a flagged
 * reference it would flag every bare wall, so further views become rows of the reference only where the curator names them.
 *
 * <p><b>Read when it is asked for.</b> The topic is not kept a second time in the database: approvals are rare, and the
 * search begins near the time at which the image came into the queue.
 */
package io.bulwark.stream.review.bank;
