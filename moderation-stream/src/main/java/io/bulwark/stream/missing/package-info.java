/**
 * Uploads without an answer. The broker's topic of uploads is read once more, and each upload waits in the image's task
 * until a verdict on it, or on a later upload of the same id, comes. {@link io.bulwark.stream.missing.UploadRepeater} sends
 * one again.
 *
 * <p>Decided here: uploads are routed by image id and not by their own partition, since a producer may choose its
 * partitions, and the decision then also knows uploads whose answer is read before them.
 */
package io.bulwark.stream.missing;
