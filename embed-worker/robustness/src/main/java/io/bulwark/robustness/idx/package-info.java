/**
 * Data sets in LeCun's idx format, as MNIST and its successors are published: one file of images, one of labels, gzipped
 * or not.
 *
 * <p>What may enter: reading the format, and nothing that knows what pictures are for. A file from outside is not
 * trusted: sizes are checked before memory is asked for.
 *
 * <pre>{@code
 * IdxDataSet clothes = IdxDataSet.read(Path.of("train-images-idx3-ubyte.gz"), Path.of("train-labels-idx1-ubyte.gz"));
 * byte[] rgb = clothes.rgb(0);
 * }</pre>
 */
package io.bulwark.robustness.idx;
