/**
 * Files are read in processes that may die.
 *
 * <pre>{@code
 * try (DecoderPool pool = new DecoderPool(settings, ProcessLimits.of(2, limits, 20 << 20, Duration.ofSeconds(10)), log)) {
 *     pool.start();
 *     switch (pool.read(file, false)) { ... }
 * }
 * }</pre>
 *
 * <h2>Why processes</h2>
 *
 * No list of hostile files is complete. The next one that no limit foresees fills a heap, never ends, or breaks a decoder in
 * native code. In the worker each of these takes down all uploads in flight, then the next worker, which reads the same
 * record. In a process of its own it costs half a second of CPU time: the process is killed or ends by itself, the file is
 * read once more by a new one, alone, and if that dies as well the upload is refused as
 * {@link io.bulwark.imaging.process.PictureRead.Deadly}. The worker never holds a decoded picture, and it can stop a decode
 * that takes too long, which a thread cannot be made to do.
 *
 * <h2>What was weighed</h2>
 *
 * <ul>
 *   <li>Leases inside the worker alone: they are kept (each decoder still states what it takes), but they bound just what
 *       somebody thought of.
 *   <li>One process a file: a JVM's start and its cold code cost more than a hundred decodes. A process serves until it dies.
 *   <li>Shared memory for the way back: views are some 50 to 150 KB each, a pipe moves them in less time than one view takes
 *       to make, and a pipe closes by itself where a process dies.
 *   <li>Threads in one process for all files: a death would then be the fault of one of several files, and each would have
 *       to be tried again alone.
 * </ul>
 *
 * <h2>What the worker believes</h2>
 *
 * Nothing. A file may take over a decoder in native code and answer in its place. Counts, names and sizes of an answer are
 * checked before memory of that size is taken; what does not fit is a death. A process sees none of the worker's
 * environment, and so no secrets; it may not write core files, open more than 256 files or leave its address space, and the
 * kernel ends it first where memory is short. An answer that nobody asked for ends it as well, so that none is taken for
 * the next file's. It can still lie about what a picture shows: whoever can run code of their own in a decoder has this
 * verdict, and those of the files that the same process is given afterwards, which it may also read and hand on where the
 * network lets it. Only the walls around the container end that.
 *
 * <h2>Memory</h2>
 *
 * Each process has a heap for the pixels that its decoder may lease and for the file twice. Its young generation is small
 * and fixed, because arrays of a picture's size go past it: with the JVM's own proportions a third of the heap would be out
 * of their reach.
 */
package io.bulwark.imaging.process;
